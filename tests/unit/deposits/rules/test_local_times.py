"""Wall clocks and instants, on days when clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from deposits.rules.local_times import NoSuchTime, day_of, instant_of, span_of

DUBLIN, SEOUL = ZoneInfo("Europe/Dublin"), ZoneInfo("Asia/Seoul")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "at", "zone", "hour"),
    [
        (date(2026, 3, 28), time(14), DUBLIN, 14),
        (date(2026, 3, 30), time(14), DUBLIN, 13),
        (date(2026, 10, 24), time(14), DUBLIN, 13),
        (date(2026, 10, 26), time(14), DUBLIN, 14),
        (date(2026, 3, 30), time(14), SEOUL, 5),
        (BACK, time(1, 0), DUBLIN, 0),
    ],
)
def test_a_time_of_day_is_one_instant(day, at, zone, hour):
    assert instant_of(day, at, zone).hour == hour


def test_a_time_that_clocks_jump_over_is_refused():
    with pytest.raises(NoSuchTime):
        instant_of(FORWARD, time(1, 30), DUBLIN)


@pytest.mark.parametrize(("day", "hours"), [(FORWARD, 23), (BACK, 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_people_live_it(day, hours):
    whole = day_of(day, DUBLIN)

    assert whole.end - whole.start == timedelta(hours=hours)


def test_working_hours_on_the_day_of_the_change_keep_the_wall_clock():
    span = span_of(FORWARD, time(9), time(17), DUBLIN)

    assert span.start == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert span.end == datetime(2026, 3, 29, 16, tzinfo=UTC)
