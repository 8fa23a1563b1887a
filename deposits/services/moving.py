"""Keeping another time for a guest instead of the one that was booked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.errors import gettext_noop
from config.kernel.events import publish
from deposits import events
from deposits.models import Booking, BookingSettings, Diary
from deposits.rules import visits
from deposits.rules.booking_states import BookingState, ensure_move
from deposits.selectors.settings import get_settings
from deposits.services import booking_mails, placing
from deposits.services.booking_history import record
from deposits.services.placing import NotBookedOnline, Room
from orders.models import User
from orders.services import venues


def move(
    *,
    booking_id: UUID,
    starts_at: datetime,
    by: User | None,
    now: datetime,
    person_id: int | None = None,
    anyway: bool = False,
) -> Booking:
    """Keep another time instead; to where it is already changes nothing.

    Without `person_id` it stays with the same person. Without `by` it is the guest, who cannot move
    what is too late to cancel.

    :raises BookingEnded, TimePassed, NotBookedOnline: it cannot be moved, or not then.
    :raises PersonNotBookable, OutsideHours, TimeTaken: nobody can take it.
    """
    try:
        with transaction.atomic():
            return _move(booking_id, starts_at, by=by, now=now, person_id=person_id, anyway=anyway)
    except IntegrityError as error:
        raise placing.time_taken() from error


def refuse_ended(booking: Booking) -> None:
    """:raises BookingEnded: the guest has come, stayed away, or cancelled."""
    ensure_move(BookingState(booking.state), BookingState.CANCELLED)


def _move(
    booking_id: UUID,
    starts_at: datetime,
    *,
    by: User | None,
    now: datetime,
    person_id: int | None,
    anyway: bool,
) -> Booking:
    booking = Booking.objects.lock(booking_id)
    refuse_ended(booking)
    room, settings = placing.moved(booking, starts_at), get_settings(booking.venue)
    wanted = person_id or booking.person_id
    if (room.visit.start, wanted) == (booking.starts_at, booking.person_id):
        return booking
    placing.refuse_passed(room, now=now)
    if by is None:
        _refuse_guest_move(booking, room, settings, now=now)
    diary = placing.take_diary(
        venue=booking.venue,
        item=booking.item,
        person_id=wanted,
        room=room,
        anyway=anyway and by is not None,
        moving=booking,
    )
    _put(booking, diary, room, settings, by=by, now=now)
    return booking


def _put(
    booking: Booking,
    diary: Diary,
    room: Room,
    settings: BookingSettings,
    *,
    by: User | None,
    now: datetime,
) -> None:
    was_at, was_with, start = booking.starts_at, booking.person_id, room.visit.start
    booking.remind_at = visits.remind_at(start, reminder_hours=settings.reminder_hours, now=now)
    booking.move(
        diary=diary,
        visit=room.visit,
        busy_until=room.busy_until,
        free_until=visits.free_until(start, free_hours=settings.free_hours),
    )
    record(
        booking,
        "moved",
        at=now,
        by=by,
        was_at=was_at.isoformat(),
        was_with=was_with,
        starts_at=start.isoformat(),
        person=diary.person_id,
    )
    publish(events.BookingMoved(booking_id=booking.id))
    booking_mails.tell_moved(booking, now=now)
    venues.bump_board(booking.venue_id)


def _refuse_guest_move(
    booking: Booking, room: Room, settings: BookingSettings, *, now: datetime
) -> None:
    if booking.is_late_to_cancel(now):
        raise NotBookedOnline(gettext_noop("It is too late to move this by yourself. Call us."))
    placing.refuse_guest(room, settings, now=now)
