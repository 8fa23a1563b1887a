"""Who takes bookings and when: diaries, weekly hours, breaks, days off, a venue's settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from deposits.models import BookingSettings, Break, DayOff, Diary, ServiceTiming, WorkingHours
from deposits.services.placing import PersonNotBookable
from orders.models import CatalogueItem, Membership, User, Venue
from orders.rules.texts import tidy
from orders.services import venues

LONGEST_LABEL: Final = 40


class HoursUnclear(DomainError):
    """Something ends before it begins, or lies outside what it belongs to."""

    code = "hours_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break in a working day."""

    starts: time
    ends: time
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How somebody works on one day of the week; 0 is Monday."""

    weekday: int
    starts: time
    ends: time
    pauses: Sequence[Pause] = ()


@transaction.atomic
def open_diary(
    *, venue: Venue, person: User, services: Iterable[CatalogueItem] = (), position: int = 0
) -> Diary:
    """Let somebody take bookings, for these services or, with none named, for all. Twice is once.

    :raises PersonNotBookable: they do not work here.
    """
    if not Membership.objects.live().filter(venue=venue, user=person).exists():
        raise PersonNotBookable(gettext_noop("They do not work here."))
    diary, _created = Diary.objects.update_or_create(
        venue=venue, person=person, defaults={"is_open": True, "position": position}
    )
    diary.services.set([item for item in services if item.venue_id == venue.id])
    venues.bump_board(venue.id)
    return diary


@transaction.atomic
def close_diary(*, diary: Diary) -> None:
    """Nobody books them any more; what is booked stays."""
    Diary.objects.filter(id=diary.id).update(is_open=False)
    venues.bump_board(diary.venue_id)


@transaction.atomic
def set_week(*, diary: Diary, days: Sequence[Day]) -> None:
    """How somebody works from now on. What is booked stays, also where it lies outside.

    :raises HoursUnclear: a time ends before it begins, or a day is there twice.
    :raises TextTooLong: a label cannot be kept.
    """
    _check(days)
    diary.hours.all().delete()
    diary.breaks.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(diary=diary, weekday=day.weekday, starts=day.starts, ends=day.ends)
        for day in days
    )
    Break.objects.bulk_create(
        Break(
            diary=diary,
            weekday=day.weekday,
            starts=pause.starts,
            ends=pause.ends,
            label=tidy(pause.label, limit=LONGEST_LABEL),
        )
        for day in days
        for pause in day.pauses
    )
    venues.bump_board(diary.venue_id)


@transaction.atomic
def add_day_off(*, diary: Diary, first_day: date, last_day: date, label: str = "") -> DayOff:
    """Days on which somebody is not there. What is booked stays and has to be moved.

    :raises HoursUnclear: the last day lies before the first.
    """
    if last_day < first_day:
        raise HoursUnclear(gettext_noop("The last day lies before the first."))
    off = DayOff.objects.create(
        diary=diary,
        first_day=first_day,
        last_day=last_day,
        label=tidy(label, limit=LONGEST_LABEL),
    )
    venues.bump_board(diary.venue_id)
    return off


@transaction.atomic
def remove_day_off(*, diary: Diary, day_off_id: int) -> None:
    """They are there after all."""
    diary.days_off.filter(id=day_off_id).delete()
    venues.bump_board(diary.venue_id)


@transaction.atomic
def change_settings(*, venue: Venue, **changes: Any) -> BookingSettings:
    """What a manager decides; bookings made before keep what they were made under."""
    settings, _created = BookingSettings.objects.update_or_create(venue=venue, defaults=changes)
    return settings


def set_buffer(*, item: CatalogueItem, minutes: int) -> ServiceTiming:
    """How long a person needs after this service, from the next booking on."""
    timing, _created = ServiceTiming.objects.update_or_create(
        item=item, defaults={"buffer_minutes": minutes}
    )
    return timing


def _check(days: Sequence[Day]) -> None:
    if len({day.weekday for day in days}) != len(days):
        raise HoursUnclear(gettext_noop("A day of the week is there twice."))
    for day in days:
        spans = [(day.starts, day.ends), *((each.starts, each.ends) for each in day.pauses)]
        if any(ends <= starts for starts, ends in spans):
            raise HoursUnclear(gettext_noop("A time ends before it begins."))
