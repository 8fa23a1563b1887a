"""Where a guest is, so that no reminder comes at their night."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.kernel.browser import BrowserRequest
from config.kernel.http import UNPROCESSABLE, SeeOther
from orders.rules.time_zones import list_places
from orders.services import customers
from payments.web.visits import Visit, link_page, show


class ZoneForm(forms.Form):
    """A choice; where scripts run, the browser's own zone stands in it beforehand."""

    time_zone = forms.ChoiceField(
        choices=lambda: [("", _("where the venue is")), *((name, name) for name in list_places())],
        required=False,
        label=_("I’m in this time zone"),
        widget=forms.Select({"data-zone": ""}),
    )


def form_of(visit: Visit) -> ZoneForm | None:
    """To be filled in by a guest who gets mail; nobody else is woken."""
    customer = visit.tab.customer
    if customer is None or not customer.email:
        return None
    return ZoneForm(initial={"time_zone": customer.time_zone})


@require_POST
@link_page
def time_zone(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The guest says where they are; nothing chosen is where the venue is."""
    form = ZoneForm(request.POST)
    if not form.is_valid():
        return show(request, visit, "zone", {"form": form}, status=UNPROCESSABLE)
    if visit.tab.customer is not None:
        customers.note_zone(customer=visit.tab.customer, **form.cleaned_data)
    return SeeOther(reverse("pay:later", args=[visit.token]))
