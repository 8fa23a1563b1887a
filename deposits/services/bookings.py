"""The life of a booking until the visit: made, confirmed, moved, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.events import publish
from deposits import events
from deposits.models import Booking, BookingAgreement, BookingSettings
from deposits.rules import visits
from deposits.rules.booking_states import BookingState, ensure_move
from deposits.selectors.settings import get_settings
from deposits.services import booking_mails, placing
from deposits.services.booking_history import record
from deposits.services.moving import move, refuse_ended
from deposits.services.placing import NotBookedOnline, Room
from orders.models import CatalogueItem, Customer, User, Venue
from orders.rules.promises import AcknowledgementWay
from orders.rules.texts import tidy, tidy_reason
from orders.services import customers, venues
from orders.services.acknowledgements import LONGEST_NAME, PromiseChanged, SignatureMissing

__all__ = ["Agreed", "ContactMissing", "Guest", "Wish", "book", "cancel", "confirm", "move"]
LONGEST_NOTE: Final = 300
LONGEST_REASON: Final = 160


class ContactMissing(DomainError):
    """Nobody could tell the guest that something has changed."""

    code = "contact_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who comes, as typed; or somebody on file."""

    name: str = ""
    email: str = ""
    phone: str = ""
    customer: Customer | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The guest's yes to what the service promises: which wording was read, under which name."""

    shown: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be booked. Without a person it is whoever is free first.

    `anyway`: also outside the person's hours. `waits_for_deposit`: requested, not confirmed yet.
    The same `request_key` again is the same booking.
    """

    item_id: UUID
    starts_at: datetime
    guest: Guest
    person_id: int | None = None
    note: str = ""
    anyway: bool = False
    waits_for_deposit: bool = False
    agreed: Agreed | None = None
    request_key: str | None = None


def book(*, venue: Venue, wish: Wish, by: User | None, now: datetime) -> Booking:
    """Keep a person's time for a guest. Without `by` the guest books by themselves.

    :raises ServiceNotBookable, PersonNotBookable, OutsideHours, TimePassed: it cannot be.
    :raises TimeTaken: somebody else has the time.
    :raises NotBookedOnline: guests cannot book this by themselves.
    :raises ContactMissing, EmailUnclear, PhoneUnclear, TextTooLong: the guest cannot be written to.
    :raises PromiseChanged, SignatureMissing: what the service promises was not agreed to.
    """
    try:
        with transaction.atomic():
            return _earlier(venue, wish) or _book(venue, wish, by=by, now=now)
    except IntegrityError as error:
        # Another request was first: with the same key, or through another venue's diary.
        before = _earlier(venue, wish)
        if before is None:
            raise placing.time_taken() from error
        return before


@transaction.atomic
def confirm(*, booking_id: UUID, now: datetime) -> Booking:
    """The deposit is there, or not asked for any more. Twice is once.

    :raises BookingEnded: it was cancelled, or the visit is over.
    """
    booking = Booking.objects.lock(booking_id)
    if booking.is_confirmed:
        return booking
    ensure_move(BookingState(booking.state), BookingState.CONFIRMED)
    booking.confirm(now=now)
    record(booking, "confirmed", at=now, by=None)
    publish(events.BookingConfirmed(booking_id=booking.id))
    booking_mails.tell_confirmed(booking, now=now)
    venues.bump_board(booking.venue_id)
    return booking


@transaction.atomic
def cancel(
    *,
    booking_id: UUID,
    by: User | None,
    now: datetime,
    reason: str = "",
    by_venue: bool = False,
) -> Booking:
    """Let the time go. A guest who has cancelled before has cancelled.

    Without `by` it is the guest. `by_venue`: it is the venue that cannot keep it, so it is never
    too late; staff say why.

    :raises BookingEnded: the guest has come or stayed away, or the visit has been called off.
    :raises ReasonMissing, TextTooLong: staff cancel for a reason.
    """
    booking = Booking.objects.lock(booking_id)
    if by is None and booking.is_cancelled:
        return booking
    refuse_ended(booking)
    reason = tidy_reason(reason, limit=LONGEST_REASON) if by else tidy(reason, limit=LONGEST_REASON)
    booking.cancel(is_late=not by_venue and booking.is_late_to_cancel(now), now=now)
    record(booking, "cancelled", at=now, by=by, reason=reason, by_venue=by_venue)
    publish(events.BookingCancelled(booking_id=booking.id))
    booking_mails.tell_cancelled(booking, now=now)
    venues.bump_board(booking.venue_id)
    return booking


def _earlier(venue: Venue, wish: Wish) -> Booking | None:
    if wish.request_key is None:
        return None
    return Booking.objects.filter(venue=venue, request_key=wish.request_key).first()


def _book(venue: Venue, wish: Wish, *, by: User | None, now: datetime) -> Booking:
    item = placing.find_service(venue=venue, item_id=wish.item_id)
    settings = get_settings(venue)
    room = placing.room_for(item, wish.starts_at)
    placing.refuse_passed(room, now=now)
    if by is None:
        _refuse_guest(item, wish, settings, room, now=now)
    diary = placing.take_diary(
        venue=venue,
        item=item,
        person_id=wish.person_id,
        room=room,
        anyway=wish.anyway and by is not None,
    )
    booking = _new(item, wish, settings, room, now=now)
    booking.venue, booking.diary, booking.person_id = venue, diary, diary.person_id
    booking.customer, booking.made_by = _customer(venue, wish.guest, by=by, now=now), by
    booking.save(force_insert=True)
    _keep_agreement(booking, item, wish.agreed, by=by, now=now)
    record(booking, "booked", at=now, by=by, starts_at=booking.starts_at.isoformat())
    if booking.is_confirmed:
        publish(events.BookingConfirmed(booking_id=booking.id))
        booking_mails.tell_confirmed(booking, now=now)
    venues.bump_board(venue.id)
    return booking


def _new(
    item: CatalogueItem, wish: Wish, settings: BookingSettings, room: Room, *, now: datetime
) -> Booking:
    waits = wish.waits_for_deposit
    return Booking(
        item=item,
        state=BookingState.REQUESTED if waits else BookingState.CONFIRMED,
        confirmed_at=None if waits else now,
        service_name=item.name,
        price_minor=item.price_minor,
        currency=item.venue.currency,
        starts_at=room.visit.start,
        ends_at=room.visit.end,
        busy_until=room.busy_until,
        free_until=visits.free_until(room.visit.start, free_hours=settings.free_hours),
        grace_minutes=settings.grace_minutes,
        remind_at=visits.remind_at(
            room.visit.start, reminder_hours=settings.reminder_hours, now=now
        ),
        note=tidy(wish.note, limit=LONGEST_NOTE),
        guest_zone=wish.guest.zone,
        request_key=wish.request_key,
        made_at=now,
    )


def _refuse_guest(
    item: CatalogueItem, wish: Wish, settings: BookingSettings, room: Room, *, now: datetime
) -> None:
    if not settings.is_public:
        raise NotBookedOnline(gettext_noop("This place takes no bookings online. Call us."))
    placing.refuse_guest(room, settings, now=now)
    if item.promise is not None and wish.agreed is None:
        raise SignatureMissing(gettext_noop("Type your name, so that it is your yes."))


def _customer(venue: Venue, guest: Guest, *, by: User | None, now: datetime) -> Customer:
    if guest.customer is not None and guest.customer.venue_id == venue.id:
        return guest.customer.entry
    found = customers.find_or_create(
        venue=venue,
        name=guest.name,
        email=guest.email,
        phone=guest.phone,
        now=now,
        amend=by is not None,
    )
    if found is None or (by is None and not guest.email):
        raise ContactMissing(gettext_noop("An email address or a phone number, please."))
    return found


def _keep_agreement(
    booking: Booking,
    item: CatalogueItem,
    agreed: Agreed | None,
    *,
    by: User | None,
    now: datetime,
) -> None:
    if agreed is None or item.promise is None:
        return
    if agreed.shown != item.promise.digest:
        raise PromiseChanged(gettext_noop("The wording has changed. Read it once more, please."))
    name = tidy(agreed.name, limit=LONGEST_NAME)
    if not name:
        raise SignatureMissing(gettext_noop("Type your name, so that it is your yes."))
    BookingAgreement.objects.create(
        booking=booking,
        promise=item.promise,
        digest=item.promise.digest,
        way=AcknowledgementWay.STAFF_SCREEN if by else AcknowledgementWay.OWN_PHONE,
        name=name,
        at=now,
        by=by,
    )
