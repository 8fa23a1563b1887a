"""Coming in by a card: scanning it, typing its code, the share code, asking the staff.

A scan is a GET, and it claims (product 5): a phone's camera can do nothing else. What keeps other
programs from claiming a tab before its guest does: the key stands on a printed card and in no
mail; nothing is claimed by HEAD or by a fetch ahead; and a browser must first show the cookie it
was given, which costs a phone one redirect and keeps link previews out.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from config.front.pages import live
from config.front.pages.live import Behind
from config.front.web import live as live_page
from config.front.web.guest_forms import FindTab, ShareCode
from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of, guest_page, is_only_looking
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, is_htmx, translated
from orders.models import Tab, Venue
from orders.rules.claims import ClaimState
from orders.rules.tab_states import FINAL
from orders.selectors import claims
from orders.services import claims as claim_services
from orders.services import tries
from orders.services.tries import TooManyTries

OK, NO_CONTENT, NOT_FOUND, TOO_MANY, SEE_OTHER = 200, 204, 404, 429, 303
SHOWN_COOKIE: Final = "hello"
# A café's guests share one address, so it may try more often than one phone may.
TRIES_PER_ADDRESS, TRIES_PER_BROWSER, TEN_MINUTES = 60, 12, 600


@require_safe
@guest_page
def scan(request: BrowserRequest, key: str) -> HttpResponse:
    """Where a QR code leads: to the bill, to the way in, or to a card that rests."""
    behind = live.find_behind(key=key, browser_digest=request.browser.digest)
    if behind is None:
        return _venue_page(request, key)
    with timezone.override(behind.venue.zone):
        return _show_behind(request, behind, key)


@require_http_methods(["GET", "HEAD", "POST"])
@guest_page
def find(request: BrowserRequest, slug: str = "") -> HttpResponse:
    """No camera: the word and the number on the card, at the venue's short address."""
    venue = live.find_venue(slug) if slug else None
    if slug and venue is None:
        raise Http404
    if request.method != "POST":
        return _show_empty_find(request, venue)
    form = FindTab(request.POST, asks_place=venue is None)
    try:
        _count_tries(request)
    except TooManyTries as refusal:
        return _come_back_later(_refuse_find(request, venue, form, refusal), refusal)
    if not form.is_valid():
        return _show_find(request, venue, form, status=UNPROCESSABLE)
    venue = venue or live.find_venue(form.cleaned_data["venue"])
    return _look_up(request, venue, form)


@require_POST
@guest_page
def enter_code(request: BrowserRequest, key: str) -> HttpResponse:
    """The four digits from the first phone at the table."""
    tab = _living_tab(key)
    form, now = ShareCode(request.POST), clock.now()
    code = form.cleaned_data["code"] if form.is_valid() else ""
    try:
        is_in = claim_services.enter_share_code(
            tab_id=tab.id, browser_digest=request.browser.digest, code=code, now=now
        )
    except TooManyTries as refusal:
        page = _show_way_in(request, tab, error=translated(refusal), status=TOO_MANY)
        return _come_back_later(page, refusal)
    if is_in:
        return _go_to(tab)
    error = gettext("That is not the code. Ask whoever scanned first, or the staff.")
    return _show_way_in(request, tab, error=error, status=UNPROCESSABLE)


@require_POST
@guest_page
def knock(request: BrowserRequest, key: str) -> HttpResponse:
    """Ask the staff to be let in."""
    tab = _living_tab(key)
    try:
        claim_services.request(
            tab_id=tab.id, browser_digest=request.browser.digest, now=clock.now()
        )
    except TooManyTries as refusal:
        page = _show_way_in(request, tab, error=translated(refusal), status=TOO_MANY)
        return _come_back_later(page, refusal)
    return _go_to(tab)


def _show_behind(request: BrowserRequest, behind: Behind, key: str) -> HttpResponse:
    tab = behind.tab
    if tab is None:
        return _resting(request, behind)
    state = claims.standing(tab=tab, browser_digest=request.browser.digest)
    # The page that waits for an answer asks with the state it shows, a live bill with its version.
    waits_for = request.GET.get("v", "") if is_htmx(request) else ""
    if state == ClaimState.GRANTED and waits_for not in set(ClaimState):
        return live_page.show(request, tab) if key == tab.guest_key else _go_to(tab)
    if is_htmx(request):
        same = waits_for == str(state)
        return HttpResponse(status=NO_CONTENT) if same else HttpResponseClientRefresh()
    if tab.status in FINAL:
        return _resting(request, behind)
    return _let_in(request, tab) or _show_way_in(request, tab, earlier=behind.earlier)


def _let_in(request: BrowserRequest, tab: Tab) -> HttpResponse | None:
    """Further on for the first phone that scans; None for all others, which must ask."""
    if is_only_looking(request):
        return None
    if request.browser.is_new:
        address = f"{request.path}?{SHOWN_COOKIE}=1"
        return None if SHOWN_COOKIE in request.GET else _see_other(address)
    claim = claim_services.scan(tab=tab, browser_digest=request.browser.digest, now=clock.now())
    if claim is None:
        return None
    is_there = request.get_full_path() == reverse("token:scan", args=[tab.guest_key])
    return live_page.show(request, tab) if is_there else _go_to(tab)


def _show_way_in(
    request: BrowserRequest,
    tab: Tab,
    *,
    error: str = "",
    earlier: Tab | None = None,
    status: int = OK,
) -> HttpResponse:
    state = claims.standing(tab=tab, browser_digest=request.browser.digest)
    context = {
        "venue": tab.venue,
        "tab": tab,
        "version": str(state),
        "is_waiting": state == ClaimState.REQUESTED,
        "is_refused": state == ClaimState.REFUSED,
        "keeps_no_cookies": request.browser.is_new and request.method == "GET",
        "error": error,
        "earlier": earlier,
    }
    return render(request, "front/claim.html", context, status=status)


def _resting(request: BrowserRequest, behind: Behind) -> HttpResponse:
    context = {"venue": behind.venue, "code": behind.code, "gone": behind.gone}
    return render(request, "front/resting.html", context)


def _venue_page(request: BrowserRequest, key: str) -> HttpResponse:
    """No card and no tab has this key: it may be a venue's short name."""
    venue = live.find_venue(key)
    if venue is not None:
        return _show_empty_find(request, venue)
    try:
        tries.count_try(
            f"scan-misses:{address_of(request)}", most=TRIES_PER_ADDRESS, seconds=TEN_MINUTES
        )
    except TooManyTries as refusal:
        page = render(request, "payments/guest/slow_down.html", status=TOO_MANY)
        return _come_back_later(page, refusal)
    raise Http404


def _look_up(request: BrowserRequest, venue: Venue | None, form: FindTab) -> HttpResponse:
    if venue is None:
        form.add_error("venue", gettext("We know no place of that name. Look on the card."))
        return _show_find(request, venue, form, status=UNPROCESSABLE)
    behind = live.find_behind_code(
        venue=venue, typed=form.code, browser_digest=request.browser.digest
    )
    if behind is None:
        form.add_error("word", gettext("There is no such card here. Check its word and number."))
        return _show_find(request, venue, form, status=UNPROCESSABLE)
    return _resting(request, behind) if behind.tab is None else _go_to(behind.tab)


def _refuse_find(
    request: BrowserRequest,
    venue: Venue | None,
    form: FindTab,
    refusal: DomainError,
) -> HttpResponse:
    form.is_valid()
    form.add_error(None, translated(refusal))
    return _show_find(request, venue, form, status=TOO_MANY)


def _come_back_later(page: HttpResponse, refusal: TooManyTries) -> HttpResponse:
    if refusal.seconds is not None:
        page["Retry-After"] = str(refusal.seconds)
    return page


def _show_empty_find(request: BrowserRequest, venue: Venue | None) -> HttpResponse:
    typed_before = _typed_before(request.GET)
    return _show_find(request, venue, FindTab(initial=typed_before, asks_place=venue is None))


def _show_find(
    request: BrowserRequest, venue: Venue | None, form: FindTab, *, status: int = OK
) -> HttpResponse:
    return render(request, "front/find.html", {"venue": venue, "form": form}, status=status)


def _count_tries(request: BrowserRequest) -> None:
    tries.count_try(f"find:{request.browser.digest}", most=TRIES_PER_BROWSER, seconds=TEN_MINUTES)
    tries.count_try(f"find:{address_of(request)}", most=TRIES_PER_ADDRESS, seconds=TEN_MINUTES)


def _typed_before(given: QueryDict) -> dict[str, str]:
    """`?token=MINT-42`, as it stands on the card."""
    word, _dash, number = given.get("token", "")[:20].rpartition("-")
    return {"word": word, "number": number}


def _living_tab(key: str) -> Tab:
    tab = live.find_by_guest_key(key)
    if tab is None or tab.status in FINAL:
        raise Http404
    return tab


def _go_to(tab: Tab) -> HttpResponse:
    return _see_other(reverse("token:scan", args=[tab.guest_key]))


def _see_other(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=SEE_OTHER)
