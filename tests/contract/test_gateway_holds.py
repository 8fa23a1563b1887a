"""Money held and not taken: the same promises from the real adapter and from the fake."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import AmountTooSmall, GatewayBug, NotFound
from payments.gateway.snapshots import (
    Declined,
    Held,
    IntentStatus,
    NeedsCustomer,
    PageStatus,
    TooSmall,
)
from tests.contract.gateway_world import new_key, spec
from tests.contract.test_gateway_saved_cards import (
    ALWAYS_ASKS,
    DECLINES,
    charge_spec,
    kept,
)

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def held_on_page(processor, amount=3000, currency="EUR"):
    """A payment whose money is held, by a guest who was there."""
    wanted = spec(amount, currency=currency, is_hold=True)
    page = processor.gateway.open_payment_checkout(wanted, key=new_key())
    processor.pay(page)
    return processor.gateway.get_checkout(page.session_id)


def held_on_card(processor, amount=3000, currency="EUR"):
    owner, card = kept(processor)
    outcome = processor.gateway.place_hold(
        charge_spec(owner, card, amount, currency), key=new_key()
    )
    assert isinstance(outcome, Held)
    return outcome.payment


@pytest.mark.parametrize(("amount", "currency"), [(3000, "EUR"), (48_000, "KRW"), (31_330, "KWD")])
def test_a_page_holds_money_without_taking_it(processor, amount, currency):
    page = held_on_page(processor, amount, currency)

    assert page.status == PageStatus.COMPLETE
    assert page.payment.status == IntentStatus.HELD
    assert (page.payment.amount, page.payment.received) == (
        Money(amount, currency), Money(0, currency),
    )  # fmt: skip
    assert abs(page.payment.capture_before - page.payment.created_at - WEEK) < MINUTE


def test_a_page_holds_nothing_too_small(processor):
    with pytest.raises(AmountTooSmall):
        processor.gateway.open_payment_checkout(spec(10, is_hold=True), key=new_key())


def test_a_kept_card_holds_money_without_its_owner(processor):
    payment = held_on_card(processor)

    again = processor.gateway.get_payment(payment.intent_id)

    assert (again.status, again.received) == (IntentStatus.HELD, Money(0, "EUR"))
    assert again == payment
    assert payment.capture_before > payment.created_at


def test_the_same_key_holds_once(processor):
    owner, card = kept(processor)
    words, key = charge_spec(owner, card), new_key()

    first = processor.gateway.place_hold(words, key=key)

    assert processor.gateway.place_hold(words, key=key).payment.intent_id == first.payment.intent_id


@pytest.mark.parametrize(("card", "kind"), [(DECLINES, Declined), (ALWAYS_ASKS, NeedsCustomer)])
def test_a_hold_that_is_refused_is_an_outcome(processor, card, kind):
    owner, given = kept(processor, card)

    outcome = processor.gateway.place_hold(charge_spec(owner, given), key=new_key())

    assert isinstance(outcome, kind)
    assert processor.gateway.get_payment(outcome.intent_id).status == IntentStatus.WAITING


def test_too_little_to_hold_is_an_outcome(processor):
    owner, card = kept(processor)

    assert processor.gateway.place_hold(charge_spec(owner, card, 10), key=new_key()) == TooSmall()


@pytest.mark.parametrize("hold", ["page", "card"])
def test_a_part_is_captured_and_the_rest_let_go(processor, hold):
    payment = held_on_page(processor).payment if hold == "page" else held_on_card(processor)

    taken = processor.gateway.capture(payment.intent_id, Money(1200, "EUR"), key=new_key())

    assert (taken.status, taken.received) == (IntentStatus.SUCCEEDED, Money(1200, "EUR"))
    assert list(processor.gateway.list_refunds_of(payment.intent_id)) == []


def test_what_was_captured_stays_as_it_is(processor):
    payment = held_on_card(processor)
    processor.gateway.capture(payment.intent_id, Money(1200, "EUR"), key=new_key())

    again = processor.gateway.capture(payment.intent_id, Money(1500, "EUR"), key=new_key())
    left = processor.gateway.release_payment(payment.intent_id, key=f"release:{uuid.uuid4()}")

    assert (again.received, left.received) == (Money(1200, "EUR"), Money(1200, "EUR"))
    assert (again.status, left.status) == (IntentStatus.SUCCEEDED, IntentStatus.SUCCEEDED)


@pytest.mark.parametrize("hold", ["page", "card"])
def test_what_was_let_go_cannot_be_captured(processor, hold):
    payment = held_on_page(processor).payment if hold == "page" else held_on_card(processor)
    let_go = processor.gateway.release_payment(payment.intent_id, key=f"release:{uuid.uuid4()}")

    left = processor.gateway.capture(payment.intent_id, Money(100, "EUR"), key=new_key())

    assert (let_go.status, left.status) == (IntentStatus.CANCELED, IntentStatus.CANCELED)
    assert left.received.is_zero


def test_more_than_is_held_is_a_bug_and_takes_nothing(processor):
    payment = held_on_card(processor)

    with pytest.raises(GatewayBug):
        processor.gateway.capture(payment.intent_id, Money(3001, "EUR"), key=new_key())

    assert processor.gateway.get_payment(payment.intent_id).status == IntentStatus.HELD


def test_a_bank_lets_go_of_what_nobody_took(processor):
    # Last of all: it moves the sandbox's clock.
    payment = held_on_card(processor)
    processor.let_time_pass(timedelta(days=8))

    lapsed = processor.gateway.get_payment(payment.intent_id)
    left = processor.gateway.capture(payment.intent_id, Money(100, "EUR"), key=new_key())

    assert (lapsed.status, left.status) == (IntentStatus.CANCELED, IntentStatus.CANCELED)


def test_capturing_what_is_not_there_is_not_found(processor):
    with pytest.raises(NotFound):
        processor.gateway.capture("pi_nowhere", Money(100, "EUR"), key=new_key())
