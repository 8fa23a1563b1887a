"""What a guest may say instead of paying now; and where mail programs end reminders."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.kernel.browser import BrowserRequest
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, SeeOther, translated
from orders.selectors import mail_stops
from payments.rules.extensions import Offer
from payments.selectors import balances, extensions, reminders
from payments.services import guest_choices
from payments.services.extending import DayOutOfBounds
from payments.services.requests import NotOwing
from payments.web import zones
from payments.web.visits import Visit, link_page, show

# RFC 8058: what a mail program sends when its own button is pressed. It must not be redirected.
ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
OK: Final = 200


class LaterForm(forms.Form):
    """The day a guest will pay on."""

    until = forms.DateField(
        label=_("I’ll pay on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, offer: Offer | None) -> None:
        super().__init__(data, initial={"until": offer.last if offer else None})
        if offer is not None:
            bounds = {"min": f"{offer.first:%Y-%m-%d}", "max": f"{offer.last:%Y-%m-%d}"}
            self.fields["until"].widget.attrs |= bounds


@require_safe
@link_page
def later(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """More time, cash, no more reminders, or something is wrong."""
    if not visit.tab.is_owing:
        return _to_tab(visit)
    return _show(request, visit)


@require_POST
@link_page
def extension(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The guest names a day."""
    form = LaterForm(request.POST, offer=extensions.find_offer(visit.tab, now=visit.now))
    if not form.is_valid():
        return _show(request, visit, form, status=UNPROCESSABLE)
    until: date = form.cleaned_data["until"]
    try:
        guest_choices.pay_later(tab_id=visit.tab.id, until=until, now=visit.now)
    except NotOwing:
        return _to_tab(visit)
    except DomainError as refusal:
        form.add_error("until", translated(refusal))
        status = UNPROCESSABLE if isinstance(refusal, DayOutOfBounds) else CONFLICT
        return _show(request, visit, form, status=status)
    return _to_later(visit)


@require_POST
@link_page
def cash(_request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The guest will pay at the counter."""
    try:
        guest_choices.pay_cash(tab_id=visit.tab.id, now=visit.now)
    except NotOwing:
        return _to_tab(visit)
    return _to_later(visit)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@link_page
def stop(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """No more reminders. The secret in the address is all that is asked for, by the standard."""
    if request.method != "POST":
        return _show_stop(request, visit)
    guest_choices.stop_reminders(tab_id=visit.tab.id, now=visit.now)
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return HttpResponse(_("Stopped. No more reminders will be sent."), "text/plain")
    return SeeOther(reverse("pay:stop", args=[visit.token]))


@require_POST
@link_page
def resumption(_request: BrowserRequest, visit: Visit) -> HttpResponse:
    """Reminders after all."""
    guest_choices.resume_reminders(tab_id=visit.tab.id, now=visit.now)
    return SeeOther(reverse("pay:stop", args=[visit.token]))


def _show(
    request: BrowserRequest, visit: Visit, form: LaterForm | None = None, *, status: int = OK
) -> HttpResponse:
    tab = visit.tab
    if not tab.is_owing:
        return _to_tab(visit)
    offer = extensions.find_offer(tab, now=visit.now)
    context = {
        "form": form or LaterForm(offer=offer),
        "offer": offer,
        "zone_form": zones.form_of(visit),
        "agreed": extensions.find_own(tab),
        "pays_cash": reminders.has_promised_cash(tab),
        "is_stopped": _is_stopped(visit),
        "has_address": bool(reminders.email_of(tab)),
        "amount": balances.get_standing(tab).balance,
        "is_overdue": tab.is_overdue(visit.now),
    }
    return show(request, visit, "later", context, status=status)


def _show_stop(request: BrowserRequest, visit: Visit) -> HttpResponse:
    context = {"is_stopped": _is_stopped(visit), "email": reminders.email_of(visit.tab)}
    return show(request, visit, "stop", context)


def _is_stopped(visit: Visit) -> bool:
    email = reminders.email_of(visit.tab)
    return mail_stops.find(venue_id=visit.tab.venue_id, email=email) is not None


def _to_later(visit: Visit) -> HttpResponse:
    return SeeOther(reverse("pay:later", args=[visit.token]))


def _to_tab(visit: Visit) -> HttpResponse:
    return SeeOther(reverse("pay:page", args=[visit.token]))
