"""In time, too early, and who is called a no-show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from deposits.rules import visits

START = datetime(2026, 3, 6, 14, tzinfo=UTC)


def test_cancelling_is_in_time_until_the_hours_before():
    assert visits.free_until(START, free_hours=24) == START - timedelta(days=1)


@pytest.mark.parametrize(("late", "may"), [(14, False), (15, True), (16, True)])
def test_a_no_show_waits_for_the_grace_minutes(late, may):
    now = START + timedelta(minutes=late)

    if may:
        visits.ensure_grace_over(starts_at=START, grace_minutes=15, now=now)
    else:
        with pytest.raises(visits.GraceNotOver):
            visits.ensure_grace_over(starts_at=START, grace_minutes=15, now=now)


@pytest.mark.parametrize(
    ("hours", "ahead", "reminds"), [(24, 48, True), (24, 24, False), (24, 3, False), (0, 48, False)]
)
def test_nobody_is_reminded_of_what_they_were_just_told(hours, ahead, reminds):
    now = START - timedelta(hours=ahead)

    when = visits.remind_at(START, reminder_hours=hours, now=now)

    assert when == (START - timedelta(hours=hours) if reminds else None)


def test_nobody_arrives_on_an_earlier_day():
    with pytest.raises(visits.NotTheDay):
        visits.ensure_day(expected=date(2026, 3, 6), today=date(2026, 3, 5))

    visits.ensure_day(expected=date(2026, 3, 6), today=date(2026, 3, 7))
