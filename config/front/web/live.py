"""The live bill on a guest's phone, and the few things a guest may do with it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.front.pages import live
from config.front.web.agreement_forms import Ask, asks_of, find_ask
from config.front.web.guest_forms import GuestEmail
from config.kernel import clock
from config.kernel.browser import BrowserRequest, guest_page
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, is_htmx, translated
from orders.models import Tab
from orders.rules.claims import ClaimState
from orders.rules.tab_states import TabNotOpen
from orders.selectors import claims
from orders.services import acknowledgements, links, party
from payments.selectors import card_on_file
from payments.services import requests
from payments.services.requests import NotOwing

OK, NO_CONTENT, SEE_OTHER = 200, 204, 303


def show(
    request: BrowserRequest,
    tab: Tab,
    form: GuestEmail | None = None,
    *,
    ask: Ask | None = None,
    status: int = OK,
) -> HttpResponse:
    """The bill, for a browser that was let in. Polled with `?v=`: 204 while nothing changed."""
    version = request.GET.get("v", "") if is_htmx(request) else ""
    if version and live.is_unchanged(tab, version):
        return HttpResponse(status=NO_CONTENT)
    bill = live.get_live_bill(tab=tab, now=clock.now())
    if version and live.is_same(bill, version):
        return HttpResponse(status=NO_CONTENT)
    page = "front/_live.html" if is_htmx(request) else "front/live_bill.html"
    context = {
        "venue": tab.venue,
        "live": bill,
        "asks": asks_of(bill.waiting, ask),
        "form": form or GuestEmail(),
    }
    return render(request, page, context, status=status)


@require_POST
@guest_page
def ask_for_bill(request: BrowserRequest, key: str) -> HttpResponse:
    """The guest would like to go; the board shows it."""
    tab = _own_tab(request, key)
    try:
        party.ask_for_bill(tab_id=tab.id, now=clock.now())
    except TabNotOpen:
        return _back(tab)  # Staff were quicker: the bill says what there is to pay.
    return _back(tab)


@require_POST
@guest_page
def leave_email(request: BrowserRequest, key: str) -> HttpResponse:
    """Where the link should go. Said once; after that only staff change it."""
    tab = _own_tab(request, key)
    form = GuestEmail(request.POST)
    with timezone.override(tab.venue.zone):
        if not form.is_valid():
            return show(request, tab, form, status=UNPROCESSABLE)
        try:
            party.set_guest(
                tab_id=tab.id, by=None, now=clock.now(), email=form.cleaned_data["email"]
            )
        except DomainError as refusal:
            form.add_error("email", translated(refusal))
            return show(request, tab, form, status=UNPROCESSABLE)
    return _back(tab)


@require_POST
@guest_page
def agree(request: BrowserRequest, key: str, line_id: UUID) -> HttpResponse:
    """Yes to what a service can and cannot do. Said twice, the first time stands."""
    tab = _own_tab(request, key)
    if not tab.lines.filter(id=line_id).exists():
        raise Http404
    ask = find_ask(live.get_live_bill(tab=tab, now=clock.now()).waiting, line_id, request.POST)
    if ask is None:
        return _back(tab)  # It was answered already, or is asked no more: the bill says which.
    with timezone.override(tab.venue.zone):
        if not ask.form.is_valid():
            return show(request, tab, ask=ask, status=UNPROCESSABLE)
        try:
            _keep_yes(request, tab, ask)
        except DomainError as refusal:
            ask.form.refuse(refusal)
            status = UNPROCESSABLE if ask.form["name"].errors else CONFLICT
            return show(request, tab, ask=ask, status=status)
    return _back(tab)


@require_POST
@guest_page
def pay(request: BrowserRequest, key: str) -> HttpResponse:
    """From the live bill to the pay page, by a link of this browser's own."""
    tab = _own_tab(request, key)
    try:
        token = requests.open_own_bill(tab_id=tab.id, now=clock.now())
    except NotOwing:
        return _back(tab)
    return HttpResponseRedirect(reverse("pay:page", args=[token]), status=SEE_OTHER)


def _keep_yes(request: BrowserRequest, tab: Tab, ask: Ask) -> None:
    typed = ask.form.cleaned_data
    acknowledgements.acknowledge(
        tab_id=tab.id,
        line_id=ask.promised.line_id,
        shown=typed["shown"],
        name=typed["name"],
        browser_digest=request.browser.digest,
        now=clock.now(),
    )


@require_POST
@guest_page
def keep_card(request: BrowserRequest, key: str) -> HttpResponse:
    """From the live bill to the page about the card on file, by a link of this browser's own."""
    tab = _own_tab(request, key)
    if not card_on_file.is_offered(tab):
        return _back(tab)
    token = links.mint(tab_id=tab.id, now=clock.now())
    return HttpResponseRedirect(reverse("pay:card", args=[token]), status=SEE_OTHER)


def _own_tab(request: BrowserRequest, key: str) -> Tab:
    """The tab, if this browser was let in to it; for everybody else there is none."""
    tab = live.find_by_guest_key(key)
    if tab is None:
        raise Http404
    if claims.standing(tab=tab, browser_digest=request.browser.digest) != ClaimState.GRANTED:
        raise Http404
    return tab


def _back(tab: Tab) -> HttpResponse:
    return HttpResponseRedirect(reverse("token:scan", args=[tab.guest_key]), status=SEE_OTHER)
