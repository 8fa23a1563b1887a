"""What the address of a booking page asks for, read leniently: what is unclear is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from deposits.models import Diary
from orders.models import Venue
from orders.rules.time_zones import list_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a guest wants to see, from which day on, at which instant, and by whose clocks."""

    person_id: int | None
    day: date
    at: datetime | None
    zone: ZoneInfo

    @property
    def query(self) -> str:
        """The same for another address, without the day and the time."""
        chosen = {"zone": self.zone.key}
        if self.person_id is not None:
            chosen["person"] = str(self.person_id)
        return urlencode(chosen)


def read_asked(
    typed: QueryDict, *, venue: Venue, diaries: Sequence[Diary], now: datetime, zone: str = ""
) -> Asked:
    """`zone`: by whose clocks, if the address names none; else those of the venue."""
    chosen = read_zone(typed, venue=venue, zone=zone)
    return Asked(
        person_id=_person(typed.get("person", ""), diaries),
        day=_day(typed.get("day", "")) or now.astimezone(chosen).date(),
        at=read_instant(typed.get("at", "")),
        zone=chosen,
    )


def read_zone(typed: QueryDict, *, venue: Venue, zone: str = "") -> ZoneInfo:
    return next(
        (ZoneInfo(name) for name in (typed.get("zone", ""), zone) if name in list_places()),
        venue.zone,
    )


def read_instant(text: str) -> datetime | None:
    """An instant as our links write it: 2026-03-10T05:00:00Z. Without a zone it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _person(text: str, diaries: Sequence[Diary]) -> int | None:
    return next((each.person_id for each in diaries if str(each.person_id) == text), None)
