"""The only reader of the system clock. Doors call it; everything below is told the time."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(tz=UTC)
