"""Free times: which instants a guest could come at, for one person or for anyone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from deposits.models import Booking, Diary
from deposits.rules.local_times import day_of, span_of
from deposits.rules.slots import Span, free_starts, without
from deposits.selectors.settings import (
    buffer_after,
    get_settings,
    list_diaries,
    visit_length,
)
from orders.models import CatalogueItem, User, Venue

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time at which somebody is free. `people` are all who are, in the venue's order."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[User, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What one person's day looks like: when they work, and what stands in the way."""

    diary: Diary
    opening: tuple[Span, ...]
    pauses: tuple[tuple[Span, str], ...]
    is_off: str | None


def list_slots(
    *,
    venue: Venue,
    item: CatalogueItem,
    day: date,
    zone: ZoneInfo | None = None,
    person_id: int | None = None,
    not_before: datetime,
    moving: Booking | None = None,
) -> tuple[Slot, ...]:
    """The free times on a day as people in `zone` live it (the venue's, if none is given).

    `person_id` narrows to one person; None is anyone. `moving` does not stand in its own way.
    """
    whole = day_of(day, zone or venue.zone)
    diaries = [
        diary
        for diary in list_diaries(venue=venue, item=item)
        if person_id in {None, diary.person_id}
    ]
    by_start = _starts(venue, item, diaries, whole, moving=moving)
    length = moving.ends_at - moving.starts_at if moving else visit_length(item)
    return tuple(
        Slot(starts_at=start, ends_at=start + length, people=tuple(people))
        for start, people in sorted(by_start.items())
        if max(whole.start, not_before) <= start < whole.end
    )


def list_guest_slots(
    *,
    venue: Venue,
    item: CatalogueItem,
    day: date,
    now: datetime,
    zone: ZoneInfo | None = None,
    person_id: int | None = None,
    moving: Booking | None = None,
) -> tuple[Slot, ...]:
    """As `list_slots`, within what the venue lets guests book by themselves."""
    settings = get_settings(venue)
    latest = now + timedelta(days=settings.days_ahead)
    slots = list_slots(
        venue=venue,
        item=item,
        day=day,
        zone=zone,
        person_id=person_id,
        not_before=now + timedelta(minutes=settings.notice_minutes),
        moving=moving,
    )
    return tuple(slot for slot in slots if slot.starts_at <= latest)


def plan_days(*, diaries: Sequence[Diary], days: Iterable[date]) -> tuple[DayPlan, ...]:
    """How these people work on these days, in three statements."""
    prefetch_related_objects(list(diaries), "hours", "breaks", "days_off")
    return tuple(_plan(diary, day) for day in days for diary in diaries)


def closed(whole: Span, busy: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of a day in which somebody neither works nor rests."""
    return without(whole, busy)


def within_hours(*, diary: Diary, visit: Span, zone: ZoneInfo) -> bool:
    """Whether a visit lies in the hours somebody works, breaks and days off left out."""
    day = visit.start.astimezone(zone).date()
    plans = plan_days(diaries=[diary], days=[day])
    return any(span.holds(visit) for plan in plans for span in plan.opening)


def _starts(
    venue: Venue,
    item: CatalogueItem,
    diaries: Sequence[Diary],
    whole: Span,
    *,
    moving: Booking | None,
) -> Mapping[datetime, list[User]]:
    first = whole.start.astimezone(venue.zone).date()
    last = whole.end.astimezone(venue.zone).date()
    days = [first + _DAY * index for index in range((last - first).days + 1)]
    step = timedelta(minutes=get_settings(venue).step_minutes)
    visit = moving.ends_at - moving.starts_at if moving else visit_length(item)
    buffer = moving.busy_until - moving.ends_at if moving else buffer_after(item)
    taken = _taken(diaries, whole, moving=moving)
    found: defaultdict[datetime, list[User]] = defaultdict(list)
    for plan in plan_days(diaries=diaries, days=days):
        person = plan.diary.person
        for start in free_starts(
            plan.opening, taken[person.pk], visit=visit, buffer=buffer, step=step
        ):
            found[start].append(person)
    return found


def _taken(
    diaries: Sequence[Diary], whole: Span, *, moving: Booking | None
) -> Mapping[int, list[Span]]:
    """What these people do at whichever venue, around a day.

    Nothing but the times is read of what they do elsewhere.
    """
    around = Span(start=whole.start - _DAY, end=whole.end + _DAY)
    rows = (
        Booking.objects.occupying()
        .meeting(around)
        .filter(person__in=[diary.person_id for diary in diaries])
    )
    taken: defaultdict[int, list[Span]] = defaultdict(list)
    for person_id, start, end in rows.besides(moving).values_list(
        "person_id", "starts_at", "busy_until"
    ):
        taken[person_id].append(Span(start=start, end=end))
    return taken


def _plan(diary: Diary, day: date) -> DayPlan:
    zone, weekday = diary.venue.zone, day.weekday()
    off = next(
        (each for each in diary.days_off.all() if each.first_day <= day <= each.last_day), None
    )
    pauses = tuple(
        (span_of(day, each.starts, each.ends, zone), each.label)
        for each in sorted(diary.breaks.all(), key=lambda one: one.starts)
        if each.weekday == weekday
    )
    hours = [
        span_of(day, each.starts, each.ends, zone)
        for each in diary.hours.all()
        if each.weekday == weekday and off is None
    ]
    taken = [span for span, _label in pauses]
    opening = tuple(part for span in hours for part in without(span, taken))
    return DayPlan(
        diary=diary,
        opening=opening,
        pauses=pauses if off is None else (),
        is_off=off.label if off else None,
    )
