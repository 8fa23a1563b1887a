"""From the clock on a wall to the one instant it means, also on days when clocks change.

An hour that a change skips is no time of day there; one that comes twice means its first coming.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from config.kernel.errors import DomainError, gettext_noop
from deposits.rules.slots import Span

_DAY: Final = timedelta(days=1)


class NoSuchTime(DomainError):
    """Clocks are put forward over this time."""

    code = "no_such_time"


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC.

    :raises NoSuchTime: clocks jump over it on that day.
    """
    instant = _lenient(day, at, zone)
    if instant.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, at):
        raise NoSuchTime(
            gettext_noop("Clocks go forward that day: there is no %(time)s. Choose another time."),
            time=f"{at:%H:%M}",
        )
    return instant


def span_of(day: date, starts: time, ends: time, zone: ZoneInfo) -> Span:
    """Hours of a day as instants. An end that clocks jump over is where they land."""
    return Span(start=_lenient(day, starts, zone), end=_lenient(day, ends, zone))


def day_of(day: date, zone: ZoneInfo) -> Span:
    """A whole day as people there live it: 23, 24 or 25 hours."""
    return Span(
        start=_lenient(day, time.min, zone),
        end=_lenient(day + _DAY, time.min, zone),
    )


def _lenient(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
