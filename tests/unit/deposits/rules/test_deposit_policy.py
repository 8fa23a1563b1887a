"""Who is asked for a deposit, and how much."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money, smallest_charge, step_of
from deposits.rules.deposit_policy import Asks, Policy, PolicyUnclear, Visit, asked, ensure_clear

CUT, COLOUR = uuid.uuid4(), uuid.uuid4()


def eur(minor):
    return Money(minor, "EUR")


POLICY = Policy(
    asks=Asks.NEW_GUESTS,
    above=eur(6000),
    percent=Decimal(20),
    fixed=eur(0),
    items=frozenset(),
    late_share=Decimal(50),
    no_show_share=Decimal(100),
    objection_hours=24,
)
NEW = Visit(item_id=CUT, price=eur(10_000), settled=0, missed=0)


@pytest.mark.parametrize(
    ("policy", "visit", "amount"),
    [
        ({}, {}, 2000),
        ({}, {"settled": 3}, None),
        ({}, {"settled": 3, "missed": 1}, 2000),
        ({}, {"price": eur(6000)}, None),
        ({}, {"price": eur(6001)}, 1200),
        ({"asks": Asks.NOBODY}, {}, None),
        ({"asks": Asks.EVERYBODY}, {"settled": 3}, 2000),
        ({"items": frozenset({COLOUR})}, {}, None),
        ({"items": frozenset({CUT})}, {}, 2000),
        ({"fixed": eur(3000)}, {}, 3000),
        ({"fixed": eur(30_000)}, {}, 10_000),
        ({"percent": Decimal("0.4")}, {}, None),
    ],
)
def test_a_deposit_is_asked_of_those_the_policy_means(policy, visit, amount):
    found = asked(replace(POLICY, **policy), replace(NEW, **visit))

    assert found == (None if amount is None else eur(amount))


@given(
    st.sampled_from(["EUR", "KRW", "KWD", "ISK"]),
    st.integers(1, 10_000_000),
    st.decimals(0, 100, places=2),
)
def test_what_is_asked_is_within_the_price_and_can_be_charged(currency, steps, percent):
    price = Money(steps * step_of(currency), currency)
    policy = replace(
        POLICY,
        asks=Asks.EVERYBODY,
        percent=percent,
        above=Money(0, currency),
        fixed=Money(0, currency),
    )

    amount = asked(policy, replace(NEW, price=price))

    if amount is not None:
        assert smallest_charge(currency) <= amount <= price
        assert amount.minor % step_of(currency) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": Decimal(101)},
        {"late_share": Decimal(-1)},
        {"no_show_share": Decimal("100.01")},
        {"fixed": eur(-1)},
        {"above": eur(-1)},
        {"objection_hours": 11},
        {"objection_hours": 49},
        {"percent": Decimal(0)},
    ],
    ids=str,
)
def test_a_policy_nobody_could_explain_is_refused(changes):
    with pytest.raises(PolicyUnclear):
        ensure_clear(replace(POLICY, **changes))


def test_one_that_asks_nobody_needs_no_amount():
    ensure_clear(replace(POLICY, asks=Asks.NOBODY, percent=Decimal(0)))
