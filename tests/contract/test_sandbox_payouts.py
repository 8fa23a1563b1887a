"""The sandbox's payouts: what is in the balance goes to the bank, and nothing goes twice."""

from __future__ import annotations

import pytest

from tests.contract.sandbox_world import open_world


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def balance_of(world, **wanted):
    return world.stripe.balance_transactions.list(wanted).data


def test_a_payout_holds_what_moved_the_balance_and_is_told(world):
    world.stripe.payment_intents.create(
        {"amount": 5000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    world.control("clock", advance=60)

    (made,) = world.control("payout")["payouts"]
    payout = world.stripe.payouts.retrieve(made["id"])

    parts = balance_of(world, payout=payout.id)
    assert sorted(part.type for part in parts) == ["charge", "payout"]
    assert sum(part.net for part in parts) == 0
    assert payout.amount == next(part.net for part in parts if part.type == "charge")
    assert world.shop.wait_for("payout.paid")


def test_what_went_out_does_not_go_twice_and_nothing_is_no_payout(world):
    assert world.control("payout")["payouts"] == []

    world.stripe.payment_intents.create(
        {"amount": 5000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    world.control("clock", advance=60)
    first, second = (world.control("payout")["payouts"] for _time in range(2))

    assert (len(first), second) == (1, [])
    assert [payout.id for payout in world.stripe.payouts.list().data] == [first[0]["id"]]
