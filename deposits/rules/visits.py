"""Until when a booking costs nothing to cancel, and from when a guest may be called a no-show."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from config.kernel.errors import DomainError, gettext_noop

# Nobody is in the chair longer than a day.
LONGEST_VISIT: Final = timedelta(hours=24)


class ContactWay(StrEnum):
    """How somebody tried to reach a guest who did not come."""

    PHONE = "phone"
    MESSAGE = "message"
    EMAIL = "email"
    OTHER = "other"


class GraceNotOver(DomainError):
    """The guest is only a little late."""

    code = "grace_not_over"


class NotTheDay(DomainError):
    """Guests arrive on the day they are expected."""

    code = "not_the_day"


def free_until(starts_at: datetime, *, free_hours: int) -> datetime:
    """The last moment at which cancelling is in time."""
    return starts_at - timedelta(hours=free_hours)


def ensure_grace_over(*, starts_at: datetime, grace_minutes: int, now: datetime) -> None:
    """:raises GraceNotOver: they may still come."""
    if now < starts_at + timedelta(minutes=grace_minutes):
        raise GraceNotOver(
            gettext_noop("They have %(minutes)s minutes from the start. Wait until then."),
            minutes=grace_minutes,
        )


def remind_at(starts_at: datetime, *, reminder_hours: int, now: datetime) -> datetime | None:
    """When to remind; never when the confirmation has just said the same."""
    when = starts_at - timedelta(hours=reminder_hours)
    return when if reminder_hours and when > now else None


def ensure_day(*, expected: date, today: date) -> None:
    """:raises NotTheDay: they are expected on another day, which has not come yet."""
    if today < expected:
        raise NotTheDay(
            gettext_noop("They are expected on %(day)s. Move the booking if they come today."),
            day=expected,
        )
