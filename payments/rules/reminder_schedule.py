"""When a tab's reminders come: dates from the pay-by date, never at night, never close together.

Everything is reckoned on the wall clock of the guest's zone, else the venue's. On the night an hour
is missing, a time inside it is the same one an hour later; on the night an hour comes twice, it is
the second one, so that quiet hours are over for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orders.rules.reminder_rules import ReminderRules, Tone

# A step this soon after the link itself says nothing new.
AFTER_ASKING: Final = timedelta(hours=4)
# Two reminders of one tab never come closer than this, whatever was missed or pressed.
BETWEEN: Final = timedelta(hours=20)
# Somebody is on Stripe's page right now: look again when that is decided.
WHILE_PAYING: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_FORTNIGHT: Final = range(15)
_HOUR: Final = range(1, 61)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step of a tab. `is_too_soon`: it would follow on the heels of the link."""

    number: int
    tone: Tone
    at: datetime
    is_too_soon: bool


def plan(
    rules: ReminderRules,
    *,
    due_at: datetime,
    asked_at: datetime,
    venue_zone: ZoneInfo,
    guest_zone: ZoneInfo | None = None,
) -> Iterator[Planned]:
    """The steps for a tab due on a day of the venue's calendar, each at its hour for the guest."""
    due_day = due_at.astimezone(venue_zone).date()
    for number, step in enumerate(rules.steps, start=1):
        wanted = at_wall(due_day + timedelta(days=step.days), step.at, guest_zone or venue_zone)
        at = next_allowed(wanted, rules, guest_zone or venue_zone)
        yield Planned(
            number=number,
            tone=rules.tone_of(number),
            at=at,
            is_too_soon=at < asked_at + AFTER_ASKING,
        )


def at_wall(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant at which the wall shows this; the later one where there are two.

    In UTC, since Python compares and adds within one zone as if no clock were ever changed.
    """
    folds = (
        datetime.combine(day, wall.replace(fold=fold), tzinfo=zone).timestamp() for fold in (0, 1)
    )
    return datetime.fromtimestamp(max(folds), tz=UTC)


def next_allowed(instant: datetime, rules: ReminderRules, zone: ZoneInfo) -> datetime:
    """This instant, or the first one after it that is neither night nor a day of rest."""
    for _try in _FORTNIGHT:
        local = instant.astimezone(zone)
        if local.isoweekday() in rules.rest_days:
            instant = at_wall(local.date() + _DAY, time.min, zone)
        elif rules.is_quiet_at(local.time()):
            instant = _end_of_night(local, rules, zone)
        else:
            break
    return instant


def is_allowed(instant: datetime, rules: ReminderRules, zone: ZoneInfo) -> bool:
    """Whether somebody may be written to at this instant."""
    local = instant.astimezone(zone)
    return local.isoweekday() not in rules.rest_days and not rules.is_quiet_at(local.time())


def closes_at(instant: datetime, rules: ReminderRules, zone: ZoneInfo) -> datetime:
    """Until when a mail written at an allowed instant may leave: the first minute that is not.

    An hour at most, so that a mail kept up is written anew with the facts of its time.
    """
    minute = instant.astimezone(UTC).replace(second=0, microsecond=0)
    minutes = (minute + timedelta(minutes=ahead) for ahead in _HOUR)
    closed = (later for later in minutes if not is_allowed(later, rules, zone))
    return next(closed, minute + timedelta(hours=1))


def _end_of_night(local: datetime, rules: ReminderRules, zone: ZoneInfo) -> datetime:
    """When the night around this moment is over; on a night with an hour twice, over twice."""
    day = local.date() if local.time() < rules.quiet_until else local.date() + _DAY
    return at_wall(day, rules.quiet_until, zone)
