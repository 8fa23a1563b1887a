"""What terms may say about reminders, and how it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from orders.rules.reminder_rules import (
    CAFE,
    CONSULTING,
    SALON,
    ReminderRules,
    RemindersImpossible,
    ReminderStep,
    Tone,
    ensure_possible,
)


def steps(*days, hour=10):
    return tuple(ReminderStep(days=day, at=time(hour)) for day in days)


@pytest.mark.parametrize("rules", [CAFE, SALON, CONSULTING, ReminderRules()])
def test_presets_are_possible_and_come_back_as_they_were_written(rules):
    ensure_possible(rules)

    assert ReminderRules.read(rules.written()) == rules


def test_terms_without_reminders_remind_nobody():
    assert ReminderRules.read({}).steps == ()


@pytest.mark.parametrize(
    ("days", "tones"),
    [
        ((), []),
        ((0,), [Tone.DUE]),
        ((3,), [Tone.AFTER]),
        ((-2, 0), [Tone.BEFORE, Tone.DUE]),
        ((-2, 1, 5), [Tone.BEFORE, Tone.AFTER, Tone.LAST]),
        ((0, 2, 7, 14), [Tone.DUE, Tone.AFTER, Tone.AFTER, Tone.LAST]),
    ],
)
def test_what_a_step_says_follows_from_when_it_comes(days, tones):
    rules = ReminderRules(steps=steps(*days))

    assert [rules.tone_of(number) for number in range(1, len(days) + 1)] == tones


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": steps(*range(9))}, "A guest gets at most 8 reminders."),
        ({"steps": steps(2, 2)}, "at least a day after"),
        ({"steps": steps(3, 1)}, "at least a day after"),
        ({"steps": steps(-31)}, "Reminder 1 is too far"),
        ({"steps": steps(0, 121)}, "Reminder 2 is too far"),
        ({"steps": steps(0, hour=21)}, "Reminder 1 would come in quiet hours."),
        ({"steps": steps(0, hour=7)}, "Reminder 1 would come in quiet hours."),
        ({"rest_days": frozenset(range(1, 8))}, "At least one day of the week"),
        ({"rest_days": frozenset({8})}, "At least one day of the week"),
        ({"extension_days": 91}, "between 0 and 90 more days"),
        ({"extension_days": -1}, "between 0 and 90 more days"),
    ],
)
def test_what_nobody_could_keep_to_is_refused(changes, said):
    with pytest.raises(RemindersImpossible, match=said):
        ensure_possible(replace(CAFE, **changes))


@pytest.mark.parametrize(
    ("quiet", "wall", "is_quiet"),
    [
        ((21, 8), "20:59", False), ((21, 8), "21:00", True), ((21, 8), "00:00", True),
        ((21, 8), "07:59", True), ((21, 8), "08:00", False),
        ((1, 5), "00:59", False), ((1, 5), "01:00", True), ((1, 5), "05:00", False),
        ((9, 9), "09:00", False), ((9, 9), "03:00", False),
    ],
)  # fmt: skip
def test_the_night_may_cross_midnight_or_not_be(quiet, wall, is_quiet):
    rules = ReminderRules(quiet_from=time(quiet[0]), quiet_until=time(quiet[1]))

    assert rules.is_quiet_at(time.fromisoformat(wall)) is is_quiet
