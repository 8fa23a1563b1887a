"""Writing down that a sweep ran."""

from __future__ import annotations

from datetime import datetime

from orders.models import SweepBeat


def note_end(*, name: str, now: datetime) -> None:
    """A sweep came to its end. Two that end together are one fact."""
    SweepBeat.objects.update_or_create(name=name, defaults={"ended_at": now})
