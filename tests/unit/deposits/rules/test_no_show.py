"""What is owed for staying away, and when it may be taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money
from deposits.rules.deposit_states import RESERVED, DepositState, Why
from deposits.rules.no_show import (
    Claim,
    EvidenceMissing,
    TooLateToObject,
    Verdict,
    ensure_evidence,
    ensure_may_object,
    owed,
    owed_now,
    verdict,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("deposit", "share", "minor"),
    [
        (Money(3000, "EUR"), 100, 3000),
        (Money(3001, "EUR"), 50, 1501),
        (Money(3000, "EUR"), 0, 0),
        (Money(80, "EUR"), 50, 0),
        (Money(11_001, "KRW"), 50, 5501),
        (Money(31_330, "KWD"), 50, 15_670),
    ],
)
def test_a_share_is_rounded_to_what_a_card_can_pay(deposit, share, minor):
    assert owed(deposit, Decimal(share)) == Money(minor, deposit.currency)


@given(st.integers(1, 10**9), st.decimals(0, 100, places=2))
def test_nobody_owes_more_than_the_deposit(minor, share):
    deposit = Money(minor, "EUR")

    assert Money(0, "EUR") <= owed(deposit, share) <= deposit


def test_the_last_free_moment_is_free():
    def at(now):
        return owed_now(Money(3000, "EUR"), late_share=Decimal(50), free_until=NOW, now=now).minor

    assert (at(NOW - HOUR), at(NOW), at(NOW + timedelta(seconds=1))) == (0, 0, 1500)


def test_a_no_show_needs_somebody_who_tried_to_reach_them():
    ensure_evidence(Why.NO_SHOW, contact_tried=True)
    ensure_evidence(Why.LATE_CANCEL, contact_tried=False)
    with pytest.raises(EvidenceMissing):
        ensure_evidence(Why.NO_SHOW, contact_tried=False)


@pytest.mark.parametrize("state", sorted(set(DepositState) - {DepositState.CLAIMED}))
def test_only_a_claim_is_objected_to(state):
    with pytest.raises(TooLateToObject):
        ensure_may_object(state, objection_until=NOW + HOUR, now=NOW)


def test_the_window_to_object_ends_when_it_says():
    ensure_may_object(DepositState.CLAIMED, objection_until=NOW + HOUR, now=NOW)
    with pytest.raises(TooLateToObject):
        ensure_may_object(DepositState.CLAIMED, objection_until=NOW, now=NOW)


CLAIMED, OBJECTED, HELD = DepositState.CLAIMED, DepositState.OBJECTED, DepositState.HELD
BEFORE, AFTER = NOW - HOUR, NOW + HOUR


@pytest.mark.parametrize(
    ("state", "objection_until", "decide_at", "expected"),
    [
        (HELD, None, AFTER, Verdict.WAIT),
        (HELD, None, NOW, Verdict.RELEASE),
        (CLAIMED, AFTER, AFTER, Verdict.WAIT),
        (CLAIMED, NOW, AFTER, Verdict.CAPTURE),
        (CLAIMED, BEFORE, BEFORE, Verdict.CAPTURE),
        (CLAIMED, AFTER, BEFORE, Verdict.RELEASE),
        (OBJECTED, BEFORE, AFTER, Verdict.WAIT),
        (OBJECTED, BEFORE, NOW, Verdict.RELEASE),
    ],
)
def test_what_happens_by_itself(state, objection_until, decide_at, expected):
    claim = Claim(state=state, objection_until=objection_until, decide_at=decide_at)

    assert verdict(claim, now=NOW) == expected


@pytest.mark.parametrize("state", sorted(set(DepositState) - RESERVED))
def test_where_nothing_is_held_nothing_happens(state):
    claim = Claim(state=state, objection_until=BEFORE, decide_at=BEFORE)

    assert verdict(claim, now=NOW) == Verdict.WAIT


@given(st.sampled_from(sorted(DepositState)), st.integers(-99, 99), st.integers(-99, 99))
def test_nothing_is_ever_taken_inside_the_window_or_against_an_objection(state, window, deadline):
    claim = Claim(state=state, objection_until=NOW + window * HOUR, decide_at=NOW + deadline * HOUR)

    if verdict(claim, now=NOW) == Verdict.CAPTURE:
        assert state == CLAIMED
        assert window <= 0
