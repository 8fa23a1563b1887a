"""When a sweep is late: the whole table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.rules.sweeps import is_late
from tests.conftest import EVENING

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("ago", "period", "late"),
    [
        (None, MINUTE, True), (None, DAY, False),
        (timedelta(0), MINUTE, False), (4 * MINUTE, MINUTE, False),
        (4 * MINUTE + timedelta(seconds=1), MINUTE, True),
        (3 * DAY, DAY, False), (3 * DAY + 2 * MINUTE, DAY, True),
    ],
)  # fmt: skip
def test_late_means_three_ticks_and_a_minute(ago, period, late):
    ended_at = None if ago is None else EVENING - ago

    assert is_late(ended_at, period=period, now=EVENING) is late
