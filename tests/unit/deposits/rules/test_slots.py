"""Where a visit fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deposits.rules.slots import Span, free_starts, without


def at(hour, minute=0):
    return datetime(2026, 3, 6, hour, minute, tzinfo=UTC)


def span(start, end):
    return Span(start=at(start), end=at(end))


def test_a_visit_ends_within_the_hours():
    starts = free_starts(
        [span(9, 11)],
        [],
        visit=timedelta(hours=1),
        buffer=timedelta(minutes=30),
        step=timedelta(minutes=30),
    )

    assert starts == (at(9), at(9, 30), at(10))


def test_the_buffer_keeps_clear_of_the_next_guest():
    starts = free_starts(
        [span(9, 13)],
        [span(11, 12)],
        visit=timedelta(hours=1),
        buffer=timedelta(minutes=30),
        step=timedelta(minutes=30),
    )

    assert starts == (at(9), at(9, 30), at(12))


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(9, 17)]),
        ([(9, 10)], [(10, 17)]),
        ([(12, 13)], [(9, 12), (13, 17)]),
        ([(12, 14), (13, 15)], [(9, 12), (15, 17)]),
        ([(16, 18)], [(9, 16)]),
        ([(8, 18)], []),
    ],
)
def test_breaks_are_cut_out_of_the_day(taken, left):
    parts = without(span(9, 17), [span(*each) for each in taken])

    assert parts == tuple(span(*each) for each in left)


def test_spans_that_touch_do_not_meet():
    assert not span(9, 10).meets(span(10, 11))
    assert span(9, 11).meets(span(10, 12))
