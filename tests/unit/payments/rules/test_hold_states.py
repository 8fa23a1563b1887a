"""What may become of held money, and that it ends once."""

from __future__ import annotations

import itertools

import pytest

from payments.rules.hold_states import (
    FINAL,
    LIVE,
    MOVES,
    SPENT,
    TAKEN,
    HoldState,
    Wish,
    can_move,
    end_of_let_go,
    end_of_taken,
)

ALLOWED = {
    ("agreed", "page_open"), ("agreed", "card_saved"), ("agreed", "held"), ("agreed", "dropped"),
    ("agreed", "failed"), ("page_open", "card_saved"), ("page_open", "held"),
    ("page_open", "dropped"), ("page_open", "failed"), ("card_saved", "placing"),
    ("card_saved", "dropped"), ("placing", "held"), ("placing", "failed"), ("held", "applied"),
    ("held", "captured"), ("held", "released"), ("held", "expired"),
}  # fmt: skip


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(HoldState, HoldState)))
def test_every_move_is_allowed_or_old_news(current, wanted):
    assert can_move(current, wanted) == ((current, wanted) in ALLOWED)


def test_every_state_is_live_or_final():
    assert set(HoldState) == LIVE | FINAL
    assert not LIVE & FINAL
    assert TAKEN < SPENT < FINAL


def test_final_states_lead_nowhere():
    assert {state for state in HoldState if not MOVES[state]} == FINAL


@pytest.mark.parametrize(
    ("wish", "taken", "let_go"),
    [
        (Wish.NONE, HoldState.CAPTURED, HoldState.EXPIRED),
        (Wish.APPLY, HoldState.APPLIED, HoldState.EXPIRED),
        (Wish.CAPTURE, HoldState.CAPTURED, HoldState.EXPIRED),
        (Wish.RELEASE, HoldState.CAPTURED, HoldState.RELEASED),
    ],
)
def test_the_end_is_what_happened_and_for_what_it_was_asked(wish, taken, let_go):
    assert (end_of_taken(wish), end_of_let_go(wish)) == (taken, let_go)
