"""When reminders come: the whole table, the two odd nights among it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from orders.rules.reminder_rules import CAFE, CONSULTING, ReminderRules, ReminderStep, Tone
from orders.rules.tab_states import TabStatus
from payments.rules import reminder_states
from payments.rules.reminder_schedule import closes_at, is_allowed, next_allowed, plan
from payments.rules.reminder_states import Facts, ReminderState, SkipReason, reason_to_skip

DUBLIN, SEOUL, NEW_YORK = (
    ZoneInfo(name) for name in ("Europe/Dublin", "Asia/Seoul", "America/New_York")
)
EVERY_HOUR = ReminderRules(quiet_from=time(12), quiet_until=time(12))
EARLY = ReminderRules(quiet_from=time(0, 30), quiet_until=time(1, 30))


def at(text, zone=UTC):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def planned(rules, due, asked, zone=DUBLIN, guest=None):
    return [
        (step.number, step.tone, step.at, step.is_too_soon)
        for step in plan(rules, due_at=due, asked_at=asked, venue_zone=zone, guest_zone=guest)
    ]


def test_a_cafe_reminds_on_the_day_and_three_times_after():
    steps = planned(CAFE, at("2026-03-07 23:59", DUBLIN), at("2026-03-06 19:30"))

    assert steps == [
        (1, Tone.DUE, at("2026-03-07 10:00"), False),
        (2, Tone.AFTER, at("2026-03-09 10:00"), False),
        (3, Tone.AFTER, at("2026-03-14 10:00"), False),
        (4, Tone.LAST, at("2026-03-21 10:00"), False),
    ]


def test_the_hour_on_the_wall_stays_when_the_clocks_change():
    steps = planned(CAFE, at("2026-03-27 23:59", DUBLIN), at("2026-03-26 12:00"))

    assert [when for _n, _tone, when, _soon in steps[:2]] == [
        at("2026-03-27 10:00"),
        at("2026-03-29 09:00"),
    ]


def test_the_guests_morning_counts_on_the_venues_day():
    steps = planned(CAFE, at("2026-03-07 23:59", DUBLIN), at("2026-03-06 19:30"), guest=NEW_YORK)

    assert steps[0][2] == at("2026-03-07 10:00", NEW_YORK)


def test_a_step_on_the_heels_of_the_link_is_too_soon():
    asked = at("2026-03-07 06:30")
    steps = planned(CAFE, at("2026-03-07 23:59", DUBLIN), asked)

    assert [soon for *_rest, soon in steps] == [True, False, False, False]
    assert planned(CAFE, at("2026-03-07 23:59", DUBLIN), asked - timedelta(minutes=30))[0][3] is (
        False
    )


def test_a_day_of_rest_moves_a_step_to_the_next_morning():
    steps = planned(CONSULTING, at("2026-03-06 23:59", DUBLIN), at("2026-02-20 12:00"))

    # A day after Friday is Saturday: the note comes when Monday's quiet hours are over.
    assert steps[1][2] == at("2026-03-09 08:00")


@pytest.mark.parametrize(
    ("instant", "rules", "zone", "expected"),
    [
        ("2026-03-06 20:59", CAFE, DUBLIN, "2026-03-06 20:59"),
        ("2026-03-06 21:00", CAFE, DUBLIN, "2026-03-07 08:00"),
        ("2026-03-06 23:59", CAFE, DUBLIN, "2026-03-07 08:00"),
        ("2026-03-07 00:00", CAFE, DUBLIN, "2026-03-07 08:00"),
        ("2026-03-07 07:59", CAFE, DUBLIN, "2026-03-07 08:00"),
        ("2026-03-06 12:00", CAFE, SEOUL, "2026-03-06 23:00"),
        ("2026-03-06 03:00", EVERY_HOUR, DUBLIN, "2026-03-06 03:00"),
        # Clocks go forward at 01:00: from 00:30 to 01:30, which is not on the wall, is half an hour
        # of night, and the end of it reads 02:30.
        ("2026-03-29 00:30", EARLY, DUBLIN, "2026-03-29 01:30"),
        # Clocks go back at 02:00 summer time: 01:30 comes twice, and night is over at the second.
        ("2026-10-24 23:45", EARLY, DUBLIN, "2026-10-25 01:30"),
        ("2026-10-25 01:10", EARLY, DUBLIN, "2026-10-25 01:30"),
    ],
)  # fmt: skip
def test_nights_are_waited_for_on_the_wall_clock(instant, rules, zone, expected):
    assert next_allowed(at(instant), rules, zone) == at(expected)


@pytest.mark.parametrize(
    ("instant", "rules", "zone", "expected"),
    [
        ("2026-03-06 10:00", CAFE, DUBLIN, "2026-03-06 11:00"),
        ("2026-03-06 20:30", CAFE, DUBLIN, "2026-03-06 21:00"),
        ("2026-03-06 10:00", EVERY_HOUR, DUBLIN, "2026-03-06 11:00"),
        ("2026-03-06 17:20", CONSULTING, DUBLIN, "2026-03-06 18:00"),
        # The first 01:40 of the long night is allowed; the second 01:00 is night again.
        ("2026-10-25 00:40", EARLY, DUBLIN, "2026-10-25 01:00"),
    ],
)  # fmt: skip
def test_a_mail_may_leave_for_an_hour_and_not_into_the_night(instant, rules, zone, expected):
    assert closes_at(at(instant), rules, zone) == at(expected)


OWING = Facts(status=TabStatus.CLOSED, owes=True, has_address=True, stop=None)


def test_the_whole_table_of_reasons():
    table = {
        facts: reason_to_skip(Facts(status=facts[0], owes=facts[1], has_address=facts[2], stop=s))
        for facts in product(TabStatus, [True, False], [True, False])
        for s in [SkipReason.UNSUBSCRIBED]
    }

    ended = {
        TabStatus.OPEN: SkipReason.REOPENED,
        TabStatus.SETTLED: SkipReason.SETTLED,
        TabStatus.WRITTEN_OFF: SkipReason.WRITTEN_OFF,
        TabStatus.VOID: SkipReason.VOIDED,
        TabStatus.MERGED: SkipReason.NOTHING_LEFT,
    }
    for (status, owes, has_address), reason in table.items():
        if status in ended:
            assert reason == ended[status]
        elif not owes:
            assert reason == SkipReason.NOTHING_LEFT
        elif not has_address:
            assert reason == SkipReason.NO_ADDRESS
        else:
            assert reason == SkipReason.UNSUBSCRIBED
    assert reason_to_skip(OWING) is None


def test_what_may_have_left_is_never_due_again():
    final = {state for state in ReminderState if not reminder_states.MOVES[state]}

    assert final == {ReminderState.SENT, ReminderState.UNKNOWN}


def test_a_tab_that_owes_is_the_only_one_that_has_not_ended():
    assert set(TabStatus) - set(reminder_states.ENDED) == {TabStatus.CLOSED}


def test_rest_days_all_week_do_not_hang():
    never = ReminderRules(
        steps=(ReminderStep(days=0, at=time(10)),), rest_days=frozenset(range(1, 8))
    )

    assert not is_allowed(next_allowed(at("2026-03-06 10:00"), never, DUBLIN), never, DUBLIN)
