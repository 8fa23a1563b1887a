"""Finding a person and a free time for a visit, or saying clearly why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from deposits.models import Booking, BookingSettings, Diary
from deposits.rules.slots import Span
from deposits.selectors import settings as settings_of
from deposits.selectors import slots
from orders.models import CatalogueItem, Venue


class ServiceNotBookable(DomainError):
    """It is not sold, or nobody said how long it takes."""

    code = "service_not_bookable"


class PersonNotBookable(DomainError):
    """This person takes no bookings here, or not for this service."""

    code = "person_not_bookable"


class TimeTaken(DomainError):
    """Somebody else has it."""

    code = "time_taken"


class TimePassed(DomainError):
    """Nobody can come at a time that is over."""

    code = "time_passed"


class OutsideHours(DomainError):
    """The person does not work then."""

    code = "outside_hours"


class NotBookedOnline(DomainError):
    """The venue does not let guests book this by themselves."""

    code = "not_booked_online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The time one visit takes: the visit itself, and until when its person is busy."""

    visit: Span
    busy_until: datetime

    @property
    def whole(self) -> Span:
        return Span(start=self.visit.start, end=self.busy_until)


def find_service(*, venue: Venue, item_id: UUID) -> CatalogueItem:
    """:raises ServiceNotBookable: it cannot be booked here."""
    item = settings_of.list_services(venue=venue).filter(id=item_id).first()
    if item is None:
        raise ServiceNotBookable(gettext_noop("This cannot be booked here."))
    return item


def room_for(item: CatalogueItem, starts_at: datetime) -> Room:
    """What the service takes when it begins then, to the whole minute."""
    start = _whole_minute(starts_at)
    end = start + settings_of.visit_length(item)
    return Room(visit=Span(start=start, end=end), busy_until=end + settings_of.buffer_after(item))


def moved(booking: Booking, starts_at: datetime) -> Room:
    """What the same visit takes when it begins then: it stays as long as it was booked."""
    start = _whole_minute(starts_at)
    end = start + (booking.ends_at - booking.starts_at)
    return Room(
        visit=Span(start=start, end=end), busy_until=end + (booking.busy_until - booking.ends_at)
    )


def _whole_minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def refuse_passed(room: Room, *, now: datetime) -> None:
    """:raises TimePassed: the visit would be over. Staff may put in one that has just begun."""
    if room.visit.end <= now:
        raise TimePassed(gettext_noop("That time is over already."))


def refuse_guest(room: Room, settings: BookingSettings, *, now: datetime) -> None:
    """What holds for guests who book or move by themselves.

    :raises NotBookedOnline: it is too soon or too far ahead.
    """
    earliest = now + timedelta(minutes=settings.notice_minutes)
    if not earliest <= room.visit.start <= now + timedelta(days=settings.days_ahead):
        raise NotBookedOnline(
            gettext_noop("That time cannot be booked here. Call us, or choose another.")
        )


def take_diary(
    *,
    venue: Venue,
    item: CatalogueItem,
    person_id: int | None,
    room: Room,
    anyway: bool = False,
    moving: Booking | None = None,
) -> Diary:
    """The diary the visit goes into, locked: that of the person, or the first who is free.

    `anyway`: also outside their hours, which only staff decide.

    :raises PersonNotBookable, OutsideHours, TimeTaken: nobody can take it.
    """
    diaries = _who_may(venue, item, person_id)
    working = [each for each in diaries if anyway or _works(each, room, venue)]
    if not working:
        raise OutsideHours(gettext_noop("Nobody works for this at that time."))
    for diary in working:
        locked = Diary.objects.select_for_update().get(id=diary.id)
        if _is_free(locked, room, moving=moving):
            return locked
    raise time_taken()


def time_taken() -> TimeTaken:
    return TimeTaken(gettext_noop("Somebody else has just taken that time. Choose another."))


def _who_may(venue: Venue, item: CatalogueItem, person_id: int | None) -> list[Diary]:
    diaries = settings_of.list_diaries(venue=venue, item=item)
    found = [diary for diary in diaries if person_id in {None, diary.person_id}]
    if not found:
        raise PersonNotBookable(gettext_noop("Nobody here takes bookings for this."))
    return found


def _works(diary: Diary, room: Room, venue: Venue) -> bool:
    return slots.within_hours(diary=diary, visit=room.visit, zone=venue.zone)


def _is_free(diary: Diary, room: Room, *, moving: Booking | None) -> bool:
    taken = Booking.objects.occupying().meeting(room.whole).filter(person_id=diary.person_id)
    return not taken.besides(moving).exists()
