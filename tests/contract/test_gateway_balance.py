"""Stripe's balance over HTTP: what a payment moved, what Stripe kept, what went to the bank."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from config.kernel.money import total
from tests.contract.gateway_world import OnSandbox, new_key, spec

LONG_AGO = datetime.now(tz=UTC) - timedelta(days=2)


def switch(sandbox, name, **wish):
    address = f"{sandbox.url}/_sandbox/{name}"
    return urllib.request.urlopen(urllib.request.Request(address, data=json.dumps(wish).encode()))


@pytest.fixture
def processor(sandbox, settings):
    settings.STRIPE_API_BASE = sandbox.url
    switch(sandbox, "reset")
    return OnSandbox(sandbox.url)


@pytest.fixture
def paid(processor, sandbox):
    """A payment of 21.80 whose fee is known by now."""
    page = processor.gateway.open_payment_checkout(spec(2180), key=new_key())
    processor.pay(page)
    switch(sandbox, "clock", advance=60)
    return processor.gateway.get_checkout(page.session_id).payment


def test_a_payment_moves_the_balance_by_what_is_left_of_it(processor, paid):
    (moved,) = processor.gateway.list_movements(since=LONG_AGO)

    assert (moved.kind, moved.source_id) == ("charge", paid.charge_id)
    assert moved.amount == paid.received
    assert moved.fee.is_positive
    assert moved.net == moved.amount - moved.fee


def test_a_payout_is_the_sum_of_what_it_was_made_of(processor, paid, sandbox):
    before = list(processor.gateway.list_payouts(since=LONG_AGO))
    switch(sandbox, "payout")
    switch(sandbox, "payout")

    (payout,) = processor.gateway.list_payouts(since=LONG_AGO)
    parts = list(processor.gateway.list_movements_of(payout.payout_id))

    assert before == []
    assert payout.is_paid
    assert payout.amount == total([part.net for part in parts], "EUR")
    assert [part.source_id for part in parts] == [paid.charge_id]


def test_every_payment_is_listed_with_its_charge(processor, paid):
    (listed,) = processor.gateway.list_payments(since=LONG_AGO)

    assert listed == paid


def test_nothing_is_listed_from_before(processor, paid):
    tomorrow = datetime.now(tz=UTC) + timedelta(days=1)

    assert list(processor.gateway.list_movements(since=tomorrow)) == []
    assert list(processor.gateway.list_payments(since=tomorrow)) == []
