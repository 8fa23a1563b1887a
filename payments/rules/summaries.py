"""A venue's day: from one local midnight to the next, also where a clock is changed in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that ends the local day `now` is in."""
    return start_of(now.astimezone(zone).date() + _DAY, zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Its first moment, in UTC; where midnight is missing, what stands for it."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def day_before(now: datetime, zone: ZoneInfo) -> date:
    """The last local day that is over."""
    return now.astimezone(zone).date() - _DAY
