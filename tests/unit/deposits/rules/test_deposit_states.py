"""What may become of a deposit, and that it ends once."""

from __future__ import annotations

import itertools

import pytest

from deposits.rules.deposit_states import FINAL, LIVE, MOVES, RESERVED, DepositState, can_move

ALLOWED = {
    ("asked", "card_saved"), ("asked", "held"), ("asked", "waived"), ("asked", "failed"),
    ("card_saved", "asked"), ("card_saved", "held"), ("card_saved", "waived"),
    ("held", "asked"), ("held", "claimed"), ("held", "applied"), ("held", "released"),
    ("held", "captured"), ("held", "expired"), ("claimed", "objected"), ("claimed", "released"),
    ("claimed", "captured"), ("claimed", "expired"), ("objected", "released"),
    ("objected", "captured"), ("objected", "expired"),
}  # fmt: skip


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(DepositState, DepositState)))
def test_every_move_is_allowed_or_refused(current, wanted):
    assert can_move(current, wanted) == ((current, wanted) in ALLOWED)


def test_every_state_is_live_or_final_and_the_six_ends_lead_nowhere():
    assert set(DepositState) == LIVE | FINAL
    assert not LIVE & FINAL
    assert RESERVED < LIVE
    assert {state for state in DepositState if not MOVES[state]} == FINAL
    assert sorted(FINAL) == ["applied", "captured", "expired", "failed", "released", "waived"]
