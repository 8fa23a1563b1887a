"""A guest's own booking, by its secret link: seen, put into a calendar, moved, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.kernel.browser import BrowserRequest
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, SeeOther, translated
from deposits.selectors import bookings as bookings_of
from deposits.selectors import calendar_files, guest_side
from deposits.selectors.guest_side import Looking
from deposits.services import bookings
from deposits.web import words
from deposits.web.asked import Asked, read_asked, read_instant
from deposits.web.frame import OK, Own, own_page, show, status_of


@require_safe
@own_page
def detail(request: BrowserRequest, own: Own) -> HttpResponse:
    """What is booked, and what may still be done about it."""
    return _show_own(request, own)


@require_safe
@own_page
def calendar_file(_request: BrowserRequest, own: Own) -> HttpResponse:
    """The visit for the guest's calendar; after a cancellation, that it is off."""
    file = calendar_files.write_for(own.booking, now=own.now)
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def moving(request: BrowserRequest, own: Own) -> HttpResponse:
    """Another time with the same person: choose one, look at it, say yes."""
    booking = own.booking
    if not _can_move(own):
        return _show_own(request, own, status=OK if request.method != "POST" else 409)
    asked = _read(request, own)
    at = read_instant(request.POST.get("at", "")) or asked.at
    if request.method != "POST":
        return _show_moving(request, own, asked, at=at)
    if at is None:
        said = gettext("Choose a time, please.")
        return _show_moving(request, own, asked, alert=said, status=UNPROCESSABLE)
    try:
        bookings.move(booking_id=booking.id, starts_at=at, by=None, now=own.now)
    except DomainError as refusal:
        alert, status = translated(refusal), status_of(refusal)
        return _show_moving(request, own, asked, alert=alert, status=status)
    return _back(own)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def cancellation(request: BrowserRequest, own: Own) -> HttpResponse:
    """Let the time go, after reading what that costs at this moment."""
    if request.method == "POST":
        try:
            bookings.cancel(booking_id=own.booking.id, by=None, now=own.now)
        except DomainError as refusal:
            return _show_own(request, own, alert=translated(refusal), status=status_of(refusal))
        return _back(own)
    if not own.booking.is_ahead:
        return _back(own)
    return show(request, own.venue, "cancellation", _facts(own))


def _read(request: BrowserRequest, own: Own) -> Asked:
    return read_asked(
        request.GET, venue=own.venue, diaries=(), now=own.now, zone=own.booking.guest_zone
    )


def _show_moving(
    request: BrowserRequest,
    own: Own,
    asked: Asked,
    *,
    at: datetime | None = None,
    alert: str = "",
    status: int = OK,
) -> HttpResponse:
    booking = own.booking
    looking = Looking(
        venue=own.venue,
        item=booking.item,
        zone=asked.zone,
        person_id=booking.person_id,
        moving=booking,
    )
    slot = guest_side.find_slot(looking, at=at, now=own.now) if at else None
    if at and slot is None and not alert:
        alert = gettext("Somebody else has just taken that time. Choose another.")
    context: dict[str, Any] = {
        "slot": slot,
        "alert": alert,
        "free": None if slot else guest_side.list_free_days(looking, first=asked.day, now=own.now),
        "day": asked.day,
        "query": asked.query,
    }
    return show(request, own.venue, "moving", _facts(own) | context, status=status)


def _show_own(
    request: BrowserRequest, own: Own, *, alert: str = "", status: int = OK
) -> HttpResponse:
    context = {
        "notice": words.of_booking(own.booking),
        "wording": guest_side.agreed_wording(own.booking),
        "alert": alert,
    }
    return show(request, own.venue, "own", _facts(own) | context, status=status)


def _facts(own: Own) -> dict[str, Any]:
    return {
        "booking": own.booking,
        "token": own.token,
        "query": f"zone={timezone.get_current_timezone_name()}",
        "can_move": _can_move(own),
        "is_late": own.booking.is_late_to_cancel(own.now),
        "owed": bookings_of.owed_if_cancelled(booking=own.booking),
    }


def _can_move(own: Own) -> bool:
    return own.booking.is_ahead and not own.booking.is_late_to_cancel(own.now)


def _back(own: Own) -> HttpResponse:
    return SeeOther(reverse("own_booking:detail", args=[own.token]))
