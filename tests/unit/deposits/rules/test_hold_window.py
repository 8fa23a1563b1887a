"""When money is held at once, when later, and how long that lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposits.rules.hold_window import (
    HOLD_REACHES,
    Instrument,
    Visit,
    answer_by,
    decide_at,
    instrument,
    outlives,
    place_at,
    warn_at,
)

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = timedelta(minutes=15)


def visit(start, *, hours=1, objection=24):
    return Visit(
        starts_at=start, ends_at=start + hours * HOUR, grace=GRACE, objection=objection * HOUR
    )


def test_the_last_visit_that_is_held_for_at_once():
    last = NOW + HOLD_REACHES - 25 * HOUR - GRACE

    assert instrument(visit(last), now=NOW) == Instrument.HOLD
    assert instrument(visit(last + timedelta(minutes=1)), now=NOW) == Instrument.CARD


@pytest.mark.parametrize(("hours", "objection"), [(1, 12), (8, 48)])
def test_longer_visits_and_windows_count(hours, objection):
    start = NOW + HOLD_REACHES - hours * HOUR - objection * HOUR - GRACE

    assert instrument(visit(start, hours=hours, objection=objection), now=NOW) == Instrument.HOLD


def test_a_hold_is_placed_36_hours_before_and_never_in_the_past():
    assert place_at(visit(NOW + 10 * DAY), now=NOW) == NOW + 10 * DAY - 36 * HOUR
    assert place_at(visit(NOW + 20 * HOUR), now=NOW) == NOW


@given(st.integers(0, 24 * 6), st.integers(1, 24), st.integers(12, 48))
def test_whatever_is_held_at_once_outlives_what_it_is_needed_for(ahead, hours, objection):
    booked = visit(NOW + ahead * HOUR, hours=hours, objection=objection)

    if instrument(booked, now=NOW) == Instrument.HOLD:
        assert outlives(booked, capture_before=NOW + 7 * DAY)


@given(st.integers(1, 24), st.integers(12, 48))
def test_the_shortest_hold_placed_later_outlives_a_visit_of_a_day(hours, objection):
    start = NOW + 20 * DAY
    booked = visit(start, hours=hours, objection=objection)
    placed = place_at(booked, now=NOW)

    assert outlives(booked, capture_before=placed + timedelta(days=4, hours=18))


def test_another_card_is_asked_for_within_a_day_and_before_the_start():
    assert answer_by(visit(NOW + 36 * HOUR), now=NOW) == NOW + DAY
    assert answer_by(visit(NOW + 5 * HOUR), now=NOW) == NOW + 5 * HOUR
    assert answer_by(visit(NOW - HOUR), now=NOW) == NOW


def test_staff_are_warned_a_day_before_and_the_default_holds_three_hours_before():
    assert (warn_at(NOW), decide_at(NOW)) == (NOW - DAY, NOW - 3 * HOUR)


def test_the_change_of_clocks_moves_nothing():
    seen = datetime(2026, 3, 29, 9, tzinfo=ZoneInfo("Europe/Dublin"))

    assert place_at(visit(seen.astimezone(UTC)), now=NOW) == seen.astimezone(UTC) - 36 * HOUR
