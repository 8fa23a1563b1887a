"""The booking day as a page shows it: a column a person, a row a quarter of an hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from deposits.models import Booking
from deposits.rules.booking_states import OCCUPYING, BookingState
from deposits.rules.slots import Span
from deposits.selectors import bookings, settings, slots
from deposits.selectors.slots import DayPlan
from orders.models import User, Venue

_QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
# Head and a little air stand above the first quarter.
_FIRST_ROW: Final = 3
_SHORT: Final = 2
_USUAL_OPENING: Final = (9, 17)
# State of a badge, by the state of the booking.
TONES: Final = {
    BookingState.REQUESTED: "due",
    BookingState.CONFIRMED: "open",
    BookingState.ARRIVED: "paid",
    BookingState.NO_SHOW: "overdue",
    BookingState.CANCELLED: "written-off",
    BookingState.CANCELLED_LATE: "written-off",
}
ICONS: Final = {
    BookingState.REQUESTED: "clock",
    BookingState.CONFIRMED: "calendar",
    BookingState.ARRIVED: "check",
    BookingState.NO_SHOW: "alert",
    BookingState.CANCELLED: "x",
    BookingState.CANCELLED_LATE: "x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A booking with what a page says of its state."""

    booking: Booking

    @property
    def tone(self) -> str:
        return TONES[BookingState(self.booking.state)]

    @property
    def icon(self) -> str:
        return ICONS[BookingState(self.booking.state)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Something in the grid: which rows and which column it covers."""

    key: str
    first: int
    last: int
    column: int
    visit: Visit | None = None
    label: str = ""

    @property
    def is_short(self) -> bool:
        return self.last - self.first <= _SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """A line across the grid."""

    at: datetime
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One person's day."""

    person: User
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDay:
    """A day of one venue. `visits` are all of them, `placed` those that take time."""

    day: date
    today: date
    visits: tuple[Visit, ...]
    columns: tuple[Column, ...]
    hours: tuple[Hour, ...]
    placed: tuple[Placed, ...]
    pauses: tuple[Placed, ...]
    rows: int
    now_row: int | None
    now: datetime

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def expected(self) -> int:
        """How many visits there are that nobody called off."""
        return sum(visit.booking.state in OCCUPYING for visit in self.visits)


def get_day(*, venue: Venue, day: date, now: datetime) -> BookingDay:
    """Everything the day's page shows; nothing is asked of the database while it is drawn."""
    found = list(bookings.list_day(venue=venue, day=day))
    taking = [booking for booking in found if booking.state in OCCUPYING]
    diaries = settings.list_diaries(venue=venue)
    plans = slots.plan_days(diaries=diaries, days=[day])
    people = _people(plans, taking)
    frame = _frame(venue, day, plans, taking)
    column_of = {person.pk: 2 + index for index, person in enumerate(people)}
    count: defaultdict[int, int] = defaultdict(int)
    for booking in taking:
        count[booking.person_id] += 1
    return BookingDay(
        day=day,
        today=venue.local(now).date(),
        visits=tuple(Visit(booking=booking) for booking in found),
        columns=tuple(Column(person=each, visits=count[each.pk]) for each in people),
        hours=_hours(frame),
        placed=tuple(_place(booking, frame, column_of) for booking in taking),
        pauses=tuple(_pauses(plans, frame, column_of)),
        rows=_row(frame.end, frame) - _FIRST_ROW,
        now_row=_row(now, frame) if frame.start <= now < frame.end else None,
        now=now,
    )


def _people(plans: Sequence[DayPlan], taking: Sequence[Booking]) -> list[User]:
    """Whoever takes bookings, and whoever has some although they take none any more."""
    people = [plan.diary.person for plan in plans]
    known = {person.pk for person in people}
    for booking in taking:
        if booking.person_id not in known:
            known.add(booking.person_id)
            people.append(booking.person)
    return people


def _frame(venue: Venue, day: date, plans: Sequence[DayPlan], taking: Sequence[Booking]) -> Span:
    """From the first to the last thing of the day, in whole hours."""
    first, last = (
        datetime(day.year, day.month, day.day, hour, tzinfo=venue.zone) for hour in _USUAL_OPENING
    )
    spans = [span for plan in plans for span in plan.opening]
    spans += [Span(start=booking.starts_at, end=booking.ends_at) for booking in taking]
    start = min([span.start for span in spans], default=first)
    end = max([span.end for span in spans], default=last)
    whole = start.replace(minute=0)
    hours = -((whole - end) // _HOUR)
    return Span(start=whole, end=whole + hours * _HOUR)


def _row(at: datetime, frame: Span) -> int:
    return _FIRST_ROW + (at - frame.start) // _QUARTER


def _last_row(at: datetime, frame: Span) -> int:
    return _FIRST_ROW - (frame.start - at) // _QUARTER


def _hours(frame: Span) -> tuple[Hour, ...]:
    count = (frame.end - frame.start) // _HOUR
    return tuple(
        Hour(at=frame.start + index * _HOUR, row=_row(frame.start + index * _HOUR, frame))
        for index in range(count)
    )


def _place(booking: Booking, frame: Span, column_of: dict[int, int]) -> Placed:
    return Placed(
        key=f"b{booking.id.hex}",
        first=_row(booking.starts_at, frame),
        last=_last_row(booking.ends_at, frame),
        column=column_of[booking.person_id],
        visit=Visit(booking=booking),
    )


def _pauses(plans: Sequence[DayPlan], frame: Span, column_of: dict[int, int]) -> Iterable[Placed]:
    """Breaks by their names, and the rest of the day that nobody works, by none."""
    for plan in plans:
        column, named = column_of[plan.diary.person_id], list(plan.pauses)
        busy = [*plan.opening, *(span for span, _label in named)]
        named += [(span, plan.is_off or "") for span in slots.closed(frame, busy)]
        for index, (span, label) in enumerate(named):
            yield Placed(
                key=f"o{column}-{index}",
                first=_row(max(span.start, frame.start), frame),
                last=_last_row(min(span.end, frame.end), frame),
                column=column,
                label=label,
            )
