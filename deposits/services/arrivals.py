"""The day itself: the guest comes and a tab begins, or does not come and somebody tried to ask."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.events import publish
from deposits import events
from deposits.models import Booking, ContactAttempt
from deposits.rules import visits
from deposits.rules.booking_states import BookingState, ensure_move
from deposits.rules.visits import ContactWay
from deposits.services.booking_history import record
from orders.models import Tab, User
from orders.rules.promises import AcknowledgementWay
from orders.rules.texts import tidy
from orders.services import acknowledgements, lines, tabs, venues
from orders.services.lines import NewLine

LONGEST_OUTCOME: Final = 160


@transaction.atomic
def arrive(*, booking_id: UUID, by: User, now: datetime, token_code: str = "") -> Booking:
    """The guest is here: open their tab with the booked service on it. Twice is once.

    What they agreed to when booking counts on the tab as well, if the wording is still the same.

    :raises BookingEnded: they cancelled, or were called a no-show.
    :raises NotTheDay: they are expected on a later day.
    :raises ItemUnknown, ItemSoldOut, ModifiersMissing: the service cannot be put on a tab.
    :raises TokenUnknown, TokenInUse, TokenLost: the card cannot be handed out.
    """
    booking = Booking.objects.lock(booking_id)
    if booking.has_arrived:
        return booking
    ensure_move(BookingState(booking.state), BookingState.ARRIVED)
    venue = booking.venue
    visits.ensure_day(expected=venue.local(booking.starts_at).date(), today=venue.local(now).date())
    booking.arrive(tab=_open_tab(booking, by=by, now=now, token_code=token_code), now=now)
    record(booking, "arrived", at=now, by=by)
    publish(events.GuestArrived(booking_id=booking.id))
    venues.bump_board(booking.venue_id)
    return booking


@transaction.atomic
def record_no_show(*, booking_id: UUID, by: User, now: datetime) -> Booking:
    """The guest did not come. Twice is once.

    :raises BookingEnded: they came or cancelled.
    :raises GraceNotOver: they may still come.
    """
    booking = Booking.objects.lock(booking_id)
    if booking.is_no_show:
        return booking
    ensure_move(BookingState(booking.state), BookingState.NO_SHOW)
    visits.ensure_grace_over(
        starts_at=booking.starts_at, grace_minutes=booking.grace_minutes, now=now
    )
    booking.miss(now=now)
    record(booking, "no_show", at=now, by=by)
    publish(events.NoShowRecorded(booking_id=booking.id))
    venues.bump_board(booking.venue_id)
    return booking


@transaction.atomic
def note_contact(
    *, booking_id: UUID, way: ContactWay, by: User, now: datetime, outcome: str = ""
) -> ContactAttempt:
    """Somebody tried to reach a guest who is late or stayed away.

    :raises TextTooLong: what came of it cannot be kept.
    """
    booking = Booking.objects.lock(booking_id)
    attempt = ContactAttempt.objects.create(
        booking=booking, way=way, outcome=tidy(outcome, limit=LONGEST_OUTCOME), at=now, by=by
    )
    record(booking, "contact_tried", at=now, by=by, way=way, outcome=attempt.outcome)
    return attempt


def _open_tab(booking: Booking, *, by: User, now: datetime, token_code: str) -> Tab:
    guest = booking.guest
    tab = tabs.open_tab(
        venue=booking.venue,
        by=by,
        now=now,
        guest_name=guest.name,
        customer=guest,
        token_code=token_code,
        request_key=f"booking:{booking.id}",
    )
    wanted = NewLine(item_id=booking.item_id, request_key=f"booking:{booking.id}")
    line = lines.add_lines(tab_id=tab.id, by=by, now=now, wanted=[wanted])[0]
    agreed = booking.agreements.filter(promise_id=line.promise_id).first()
    if agreed is not None:
        acknowledgements.carry_over(
            tab_id=tab.id,
            line_id=line.id,
            way=AcknowledgementWay(agreed.way),
            name=agreed.name,
            at=agreed.at,
            by=by,
            now=now,
        )
    return tab
