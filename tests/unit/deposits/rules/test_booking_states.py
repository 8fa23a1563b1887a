"""The life of a booking: the whole table."""

from __future__ import annotations

from itertools import product

import pytest

from deposits.rules.booking_states import (
    AHEAD,
    FINAL,
    NAMES,
    OCCUPYING,
    BookingEnded,
    BookingState,
    end_when_cancelled,
    ensure_move,
)

ALLOWED = {
    *(("requested", end) for end in ("confirmed", "arrived", "no_show", "cancelled")),
    *(("confirmed", end) for end in ("arrived", "no_show", "cancelled", "cancelled_late")),
    ("requested", "cancelled_late"),
}


@pytest.mark.parametrize(("current", "wanted"), product(BookingState, BookingState))
def test_only_these_steps_exist(current, wanted):
    if (current, wanted) in ALLOWED:
        ensure_move(current, wanted)
    else:
        with pytest.raises(BookingEnded):
            ensure_move(current, wanted)


def test_every_state_is_ahead_or_final_and_has_a_name():
    assert set(BookingState) == AHEAD | FINAL
    assert set() == AHEAD & FINAL
    assert set(NAMES) == set(BookingState)


def test_a_visit_that_happened_keeps_its_time():
    assert AHEAD | {BookingState.ARRIVED} == OCCUPYING


@pytest.mark.parametrize(("is_late", "end"), [(True, "cancelled_late"), (False, "cancelled")])
def test_cancelling_ends_in_time_or_late(is_late, end):
    assert end_when_cancelled(is_late=is_late) == end
