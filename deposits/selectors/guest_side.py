"""What a guest who books sees: free days, the wording of a service, what was agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from deposits.models import Booking
from deposits.selectors.settings import get_settings
from deposits.selectors.slots import Slot, list_guest_slots
from orders.models import CatalogueItem, ItemPromise, Venue
from orders.rules.promises import points

# How many days are looked through at most before a guest is told that none of them has room.
DAYS_LOOKED_AT: Final = 14
DAYS_SHOWN: Final = 3
OTHERS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a guest looks for. `moving`: another time for this booking, which is in nobody's way."""

    venue: Venue
    item: CatalogueItem
    zone: ZoneInfo
    person_id: int | None = None
    moving: Booking | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A day as it is lived in the guest's zone, and its free times."""

    day: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDays:
    """The next days with room. `later` is where to look on; None: no later day can be booked."""

    days: tuple[FreeDay, ...]
    later: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a service promises, as a guest reads it; `digest` names exactly this wording."""

    digest: str
    version: int
    duration_minutes: int | None
    expected: tuple[str, ...]
    cannot: tuple[str, ...]


def find_venue(slug: str) -> Venue | None:
    return Venue.objects.filter(slug=slug).first()


def list_free_days(
    looking: Looking, *, first: date, now: datetime, most: int = DAYS_SHOWN
) -> FreeDays:
    """The first days with room from a day on; days that are over are passed by."""
    ahead = timedelta(days=get_settings(looking.venue).days_ahead)
    last = (now + ahead).astimezone(looking.zone).date()
    day = max(first, now.astimezone(looking.zone).date())
    found: list[FreeDay] = []
    for _each in range(DAYS_LOOKED_AT):
        if day > last or len(found) == most:
            break
        if slots := _free(looking, day, now=now):
            found.append(FreeDay(day=day, slots=slots))
        day += timedelta(days=1)
    return FreeDays(days=tuple(found), later=day if day <= last else None)


def list_others(looking: Looking, *, around: datetime, now: datetime) -> tuple[Slot, ...]:
    """Times to offer instead of one that is gone: what is left of that day, and the days after."""
    first = around.astimezone(looking.zone).date()
    free = list_free_days(looking, first=first, now=now)
    slots = [slot for day in free.days for slot in day.slots]
    later = [slot for slot in slots if slot.starts_at >= around]
    return tuple((later or slots)[:OTHERS_SHOWN])


def find_slot(looking: Looking, *, at: datetime, now: datetime) -> Slot | None:
    """The free time that begins then; None: it is free no more, or never was."""
    slots = _free(looking, at.astimezone(looking.zone).date(), now=now)
    return next((slot for slot in slots if slot.starts_at == at), None)


def wording_of(promise: ItemPromise | None) -> Wording | None:
    if promise is None:
        return None
    return Wording(
        digest=promise.digest,
        version=promise.number,
        duration_minutes=promise.duration_minutes,
        expected=points(promise.expected_result),
        cannot=points(promise.limits),
    )


def agreed_wording(booking: Booking) -> Wording | None:
    """What the guest said yes to when booking."""
    agreement = booking.agreements.select_related("promise").order_by("id").first()
    return wording_of(agreement.promise if agreement else None)


def _free(looking: Looking, day: date, *, now: datetime) -> tuple[Slot, ...]:
    slots = list_guest_slots(
        venue=looking.venue,
        item=looking.item,
        day=day,
        now=now,
        zone=looking.zone,
        person_id=looking.person_id,
        moving=looking.moving,
    )
    before = looking.moving.starts_at if looking.moving else None
    return tuple(slot for slot in slots if slot.starts_at != before)
