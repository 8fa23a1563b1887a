"""Which sweeps run as they should, and which are late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.models import SweepBeat
from orders.rules.sweeps import is_late


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One sweep; `ended_at` is None while it never came to an end."""

    name: str
    ended_at: datetime | None
    is_late: bool


def list_beats(periods: Mapping[str, timedelta], *, now: datetime) -> list[Beat]:
    """Every sweep of the table of periods, by name."""
    ends = dict(SweepBeat.objects.filter(name__in=periods).values_list("name", "ended_at"))
    return [
        Beat(
            name=name,
            ended_at=ends.get(name),
            is_late=is_late(ends.get(name), period=period, now=now),
        )
        for name, period in sorted(periods.items())
    ]
