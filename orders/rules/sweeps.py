"""When a sweep is late: three of its ticks missed, and a minute of grace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

TICKS: Final = 3
GRACE: Final = timedelta(minutes=1)
# A sweep of so long a period may honestly not have run yet on a machine that is new.
LONG: Final = timedelta(hours=1)


def is_late(ended_at: datetime | None, *, period: timedelta, now: datetime) -> bool:
    """Whether its last end is too long ago, or it should have had one by now."""
    if ended_at is None:
        return period < LONG
    return now - ended_at > period * TICKS + GRACE
