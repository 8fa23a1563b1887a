"""How much may go back: a table, and sums that never lose a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money
from payments.rules.refunding import (
    MoreThanLeft,
    Parts,
    RefundUnclear,
    divide,
    ensure_refundable,
    excess_in,
)

UNITS = st.integers(min_value=0, max_value=99_999_999)


def parts(bill, tip, currency="EUR"):
    return Parts(bill=Money(bill, currency), tip=Money(tip, currency))


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (parts(2180, 0), parts(2180, 218)),
        (parts(0, 218), parts(2180, 218)),
        (parts(1, 0), parts(1, 0)),
        (parts(10, 0, "KWD"), parts(31_330, 0, "KWD")),
        (parts(1, 0, "KRW"), parts(48_000, 0, "KRW")),
    ],
)
def test_what_is_left_may_go_back(wanted, left):
    ensure_refundable(wanted, left=left)


@pytest.mark.parametrize(
    ("wanted", "left", "refusal"),
    [
        (parts(2181, 0), parts(2180, 218), MoreThanLeft),
        (parts(0, 219), parts(2180, 218), MoreThanLeft),
        (parts(1, 0), parts(0, 218), MoreThanLeft),
        (parts(0, 0), parts(2180, 218), RefundUnclear),
        (parts(-1, 2), parts(2180, 218), RefundUnclear),
        (parts(2, -1), parts(2180, 218), RefundUnclear),
        (parts(5, 0, "KWD"), parts(31_330, 0, "KWD"), RefundUnclear),
        (parts(50, 0, "ISK"), parts(3_000, 0, "ISK"), RefundUnclear),
        (parts(5, 0, "USD"), parts(2180, 218), RefundUnclear),
    ],
)
def test_what_cannot_go_back_is_refused(wanted, left, refusal):
    with pytest.raises(refusal):
        ensure_refundable(wanted, left=left)


@given(amount=UNITS, bill=UNITS, tip=UNITS)
def test_a_sum_that_knows_no_tip_is_divided_without_loss(amount, bill, tip):
    found = divide(Money(amount, "EUR"), left=parts(bill, tip))

    assert found.whole == Money(amount, "EUR")
    assert found.tip.minor <= tip
    assert found.tip.is_zero or found.bill.minor >= bill


@given(bill=UNITS, excess=st.integers(min_value=-5_000, max_value=99_999_999))
def test_the_excess_in_a_refund_is_within_both(bill, excess):
    found = excess_in(Money(bill, "EUR"), excess=Money(excess, "EUR"))

    assert 0 <= found.minor <= bill
    assert found.is_zero or found.minor <= excess
