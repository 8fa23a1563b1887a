"""Staff agree with a guest that they pay on a later day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.front.web import answers
from config.front.web import tab as tab_page
from config.front.web.forms import refuse
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from orders.models import Membership, Tab
from orders.rules.roles import Role
from orders.templatetags.display import when_text
from payments.rules.extensions import Offer
from payments.selectors import extensions
from payments.services import extending


class MoreTime(forms.Form):
    """The day agreed on, and why if anybody may want to know later."""

    until = forms.DateField(
        label=_("Pay on"),
        widget=forms.DateInput({"type": "date", "autofocus": True}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why? (kept with the tab)"),
        required=False,
        max_length=extending.LONGEST_REASON,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, offer: Offer | None) -> None:
        super().__init__(data, initial={"until": offer.first if offer else None})
        if offer is not None:
            bounds = {"min": f"{offer.first:%Y-%m-%d}", "max": f"{offer.last:%Y-%m-%d}"}
            self.fields["until"].widget.attrs |= bounds


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def extension(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """A later pay-by date."""
    tab = get_tab(member, tab_id)
    now = clock.now()
    offer = extensions.find_staff_offer(tab, role=Role(member.role), now=now)
    form = MoreTime(answers.sent(request), offer=offer)
    if not form.is_valid():
        return _ask(request, tab, form, offer)
    try:
        put_off = extending.extend(
            tab_id=tab.id, by=member.user, role=Role(member.role), now=now, **form.cleaned_data
        )
    except extending.DayOutOfBounds as refusal:
        refuse(form, refusal)
        return _ask(request, tab, form, offer)
    except DomainError as refusal:
        return tab_page.show_afresh(request, member, tab, refusal)
    day = when_text(put_off.due_at and member.venue.local(put_off.due_at), "short")
    messages.success(request, gettext("To be paid by %s") % day)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _ask(request: HttpRequest, tab: Tab, form: MoreTime, offer: Offer | None) -> HttpResponse:
    context = {"venue": tab.venue, "tab": tab, "form": form, "offer": offer}
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return answers.show_dialog(request, "front/dialogs/extension.html", context, status=status)
