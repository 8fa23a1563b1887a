"""Booking by oneself, step by step: which service, which time, who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, SeeOther
from config.kernel.money import Money
from config.kernel.tokens import digest, new_short_key
from deposits.models import Booking
from deposits.rules.visits import free_until
from deposits.selectors import guest_side, settings
from deposits.selectors.guest_side import Looking, Wording
from deposits.services import bookings
from deposits.services.bookings import Agreed, Guest, Wish
from deposits.web.asked import Asked, read_asked, read_instant
from deposits.web.forms import TimesForm, VisitForm
from deposits.web.frame import OK, TOO_MANY, count_try, public_page, refuse, show
from orders.models import CatalogueItem, User, Venue
from orders.services import thing_links

# One household books through one address, and so may a whole office.
TRIES_PER_ADDRESS, TRIES_PER_BROWSER, TEN_MINUTES = 60, 12, 600
# The time stands; something else has to be put right.
_TIME_STANDS: Final = {"promise_changed"}


@require_safe
@public_page
def services(request: BrowserRequest, venue: Venue) -> HttpResponse:
    """What can be booked here."""
    return show(request, venue, "services", {"services": settings.list_services(venue=venue)})


@require_safe
@public_page
def times(request: BrowserRequest, venue: Venue, item_id: UUID) -> HttpResponse:
    """When there is room, for one person or for anyone, by the clocks the guest lives by."""
    item, now = _get_service(venue, item_id), clock.now()
    diaries = settings.list_diaries(venue=venue, item=item)
    asked = read_asked(request.GET, venue=venue, diaries=diaries, now=now)
    context = {
        "item": item,
        "form": TimesForm(asked=asked, venue=venue, diaries=diaries),
        "free": guest_side.list_free_days(_looking(venue, item, asked), first=asked.day, now=now),
        "query": asked.query,
    }
    return show(request, venue, "times", context)


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def visit(request: BrowserRequest, venue: Venue, item_id: UUID) -> HttpResponse:
    """What to expect of it, who comes, and the yes that books it."""
    item, now = _get_service(venue, item_id), clock.now()
    diaries = settings.list_diaries(venue=venue, item=item)
    asked = read_asked(request.GET, venue=venue, diaries=diaries, now=now)
    wording = guest_side.wording_of(item.promise)
    if request.method == "POST":
        return _try_to_book(request, venue, item, asked, wording)
    if asked.at is None:
        return SeeOther(reverse("booking:times", args=[venue.slug, item.id]))
    initial = {"at": _written(asked.at), "request_key": new_short_key(16)}
    form = VisitForm(None, wording=wording, initial=initial | {"shown": _shown(wording)})
    looking = _looking(venue, item, asked)
    is_gone = guest_side.find_slot(looking, at=asked.at, now=now) is None
    return _show_visit(request, form, looking, at=asked.at, is_gone=is_gone, now=now)


def _try_to_book(
    request: BrowserRequest,
    venue: Venue,
    item: CatalogueItem,
    asked: Asked,
    wording: Wording | None,
) -> HttpResponse:
    """Book what was sent, or show it again with what is wrong and every word kept."""
    form, now = VisitForm(request.POST, wording=wording), clock.now()
    looking = _looking(venue, item, asked)
    at = read_instant(request.POST.get("at", "")) or asked.at
    is_gone, status = at is None, UNPROCESSABLE
    if at is None:
        form.add_error(None, gettext("Choose a time, please."))
    if form.is_valid() and at is not None:
        try:
            _count_tries(request)
            made = _book(request, form, looking, at=at, now=now)
        except DomainError as refusal:
            status = refuse(form, refusal)
            is_gone = status == CONFLICT and refusal.code not in _TIME_STANDS
        else:
            return _go_to_own(made, now=now)
    answer = _show_visit(
        request, form, looking, at=at or now, is_gone=is_gone, now=now, status=status
    )
    if status == TOO_MANY:
        answer["Retry-After"] = str(TEN_MINUTES)
    return answer


def _book(
    request: BrowserRequest, form: VisitForm, looking: Looking, *, at: datetime, now: datetime
) -> Booking:
    typed, venue = form.cleaned_data, looking.venue
    zone = "" if looking.zone.key == venue.time_zone else looking.zone.key
    wish = Wish(
        item_id=looking.item.id,
        person_id=looking.person_id,
        starts_at=at,
        guest=Guest(name=typed["name"], email=typed["email"], zone=zone),
        note=typed["note"],
        agreed=Agreed(shown=typed["shown"], name=typed["name"]) if "agreed" in typed else None,
        # Nobody gets at a booking with the key of somebody else's form.
        request_key=digest(f"{request.browser.digest}:{typed['request_key']}"),
    )
    return bookings.book(venue=venue, wish=wish, by=None, now=now)


def _show_visit(
    request: BrowserRequest,
    form: VisitForm,
    looking: Looking,
    *,
    at: datetime,
    is_gone: bool,
    now: datetime,
    status: int = OK,
) -> HttpResponse:
    wording = guest_side.wording_of(looking.item.promise)
    free = free_until(at, free_hours=settings.get_settings(looking.venue).free_hours)
    context: dict[str, Any] = {
        "item": looking.item,
        "form": form,
        "at": at,
        "at_value": _written(at),
        "person": _person(looking),
        "wording": wording,
        "shown": _shown(wording),
        "zero": Money.zero(looking.venue.currency),
        "is_gone": is_gone,
        "others": guest_side.list_others(looking, around=at, now=now) if is_gone else (),
        "free_until": free,
        "is_soon": free <= now,
    }
    return show(request, looking.venue, "visit", context, status=status)


def _go_to_own(booking: Booking, *, now: datetime) -> HttpResponse:
    token = thing_links.mint(thing_id=booking.id, now=now)
    return SeeOther(reverse("own_booking:detail", args=[token]))


def _get_service(venue: Venue, item_id: UUID) -> CatalogueItem:
    """:raises Http404: it cannot be booked here."""
    item = settings.list_services(venue=venue).filter(id=item_id).first()
    if item is None:
        raise Http404
    return item


def _looking(venue: Venue, item: CatalogueItem, asked: Asked) -> Looking:
    return Looking(venue=venue, item=item, zone=asked.zone, person_id=asked.person_id)


def _count_tries(request: BrowserRequest) -> None:
    count_try(f"book:{request.browser.digest}", most=TRIES_PER_BROWSER, seconds=TEN_MINUTES)
    count_try(f"book:{address_of(request)}", most=TRIES_PER_ADDRESS, seconds=TEN_MINUTES)


def _person(looking: Looking) -> User | None:
    """Whom the guest asked for."""
    diaries = settings.list_diaries(venue=looking.venue, item=looking.item)
    return next((each.person for each in diaries if each.person_id == looking.person_id), None)


def _shown(wording: Wording | None) -> str:
    return wording.digest if wording else ""


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
