"""When a venue's day is over, also on days that are longer or shorter than others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from payments.rules.summaries import day_before, end_of_day, start_of


@pytest.mark.parametrize(
    ("zone", "now", "end"),
    [
        ("Europe/Dublin", (2026, 3, 6, 19, 30), (2026, 3, 7, 0)),
        ("Europe/Dublin", (2026, 3, 7, 0, 0), (2026, 3, 8, 0)),
        ("Europe/Dublin", (2026, 3, 29, 12, 0), (2026, 3, 29, 23)),  # A day of 23 hours.
        ("Europe/Dublin", (2026, 10, 24, 23, 30), (2026, 10, 26, 0)),  # A day of 25 hours.
        ("Asia/Seoul", (2026, 3, 6, 15, 0), (2026, 3, 7, 15)),
        ("America/Sao_Paulo", (2018, 11, 4, 0, 0), (2018, 11, 4, 3)),  # Midnight was missing.
    ],
)
def test_a_day_ends_at_the_venues_midnight(zone, now, end):
    assert end_of_day(datetime(*now, tzinfo=UTC), ZoneInfo(zone)) == datetime(*end, tzinfo=UTC)


def test_a_day_that_is_over_ends_where_the_next_one_starts():
    seoul = ZoneInfo("Asia/Seoul")
    midnight = datetime(2026, 3, 6, 15, tzinfo=UTC)

    assert day_before(midnight, seoul) == date(2026, 3, 6)
    assert start_of(date(2026, 3, 7), seoul) == midnight
