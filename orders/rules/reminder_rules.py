"""When guests of a venue may be reminded: the steps and the hours that terms agree on.

What is stored with a terms version is `ReminderRules` as JSON. Presets per kind of venue follow
what was promised to guests: a note on the day it is due, two more, a last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, Self

from config.kernel.errors import DomainError, gettext_noop

MOST_STEPS: Final = 8
EARLIEST_DAY, LATEST_DAY = -30, 120
LONGEST_EXTENSION: Final = 90
WEEK: Final = range(1, 8)


class RemindersImpossible(DomainError):
    """No calendar could keep to these rules, or they would wake people up."""

    code = "reminders_impossible"


class Tone(StrEnum):
    """What a reminder says, which follows from when it comes."""

    BEFORE = "before"
    DUE = "due"
    AFTER = "after"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStep:
    """One reminder: `days` after the day it is due, fewer than none before it, at local time."""

    days: int
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRules:
    """`quiet_from` to `quiet_until` is the night, `rest_days` are ISO weekdays without mail.

    `extension_days` is how far past the agreed date a guest may move the payment, once.
    """

    steps: tuple[ReminderStep, ...] = ()
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    rest_days: frozenset[int] = frozenset()
    extension_days: int = 7

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """What was written by `written`. Terms from before there were reminders have none."""
        if not stored:
            return cls()
        return cls(
            steps=tuple(
                ReminderStep(days=step["days"], at=time.fromisoformat(step["at"]))
                for step in stored["steps"]
            ),
            quiet_from=time.fromisoformat(stored["quiet_from"]),
            quiet_until=time.fromisoformat(stored["quiet_until"]),
            rest_days=frozenset(stored["rest_days"]),
            extension_days=stored["extension_days"],
        )

    def written(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "steps": [{"days": step.days, "at": f"{step.at:%H:%M}"} for step in self.steps],
            "quiet_from": f"{self.quiet_from:%H:%M}",
            "quiet_until": f"{self.quiet_until:%H:%M}",
            "rest_days": sorted(self.rest_days),
            "extension_days": self.extension_days,
        }

    def tone_of(self, number: int) -> Tone:
        """What step `number`, counted from one, says."""
        step = self.steps[number - 1]
        if step.days < 0:
            return Tone.BEFORE
        if step.days == 0:
            return Tone.DUE
        return Tone.LAST if number == len(self.steps) > 1 else Tone.AFTER

    def is_quiet_at(self, wall: time) -> bool:
        """Whether a clock on the wall showing this means night."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= wall < self.quiet_until
        return wall >= self.quiet_from or wall < self.quiet_until


def _steps(*steps: tuple[int, int]) -> tuple[ReminderStep, ...]:
    return tuple(ReminderStep(days=days, at=time(hour)) for days, hour in steps)


CAFE: Final = ReminderRules(steps=_steps((0, 10), (2, 10), (7, 10), (14, 10)))
SALON: Final = ReminderRules(steps=_steps((0, 10), (3, 10), (10, 10), (21, 10)), extension_days=14)
CONSULTING: Final = ReminderRules(
    steps=_steps((-3, 9), (1, 9), (10, 9), (21, 9)),
    quiet_from=time(18),
    rest_days=frozenset({6, 7}),
    extension_days=30,
)


def ensure_possible(rules: ReminderRules) -> None:
    """:raises RemindersImpossible: steps out of order or too many, at night, or never a day."""
    if len(rules.steps) > MOST_STEPS:
        raise RemindersImpossible(
            gettext_noop("A guest gets at most %(most)s reminders."), most=MOST_STEPS
        )
    if not rules.rest_days < set(WEEK):
        raise RemindersImpossible(gettext_noop("At least one day of the week must stay."))
    if not 0 <= rules.extension_days <= LONGEST_EXTENSION:
        raise RemindersImpossible(
            gettext_noop("Guests may ask for between 0 and %(most)s more days."),
            most=LONGEST_EXTENSION,
        )
    _ensure_in_order(rules)
    _ensure_by_day(rules)


def _ensure_in_order(rules: ReminderRules) -> None:
    for number, step in enumerate(rules.steps, start=1):
        if not EARLIEST_DAY <= step.days <= LATEST_DAY:
            raise RemindersImpossible(
                gettext_noop("Reminder %(number)s is too far from the pay-by date."), number=number
            )
    if any(earlier.days >= later.days for earlier, later in pairwise(rules.steps)):
        raise RemindersImpossible(
            gettext_noop("Each reminder comes at least a day after the one before it.")
        )


def _ensure_by_day(rules: ReminderRules) -> None:
    for number, step in enumerate(rules.steps, start=1):
        if rules.is_quiet_at(step.at):
            raise RemindersImpossible(
                gettext_noop("Reminder %(number)s would come in quiet hours."), number=number
            )
