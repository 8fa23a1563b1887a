"""Kept cards: the same promises from the real adapter on the sandbox and from the fake."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import GatewayBug, NotFound
from payments.gateway.snapshots import (
    Charged,
    Declined,
    IntentStatus,
    NeedsCustomer,
    PageStatus,
    TooSmall,
)
from payments.gateway.specs import CustomerSpec, SavedChargeSpec, SetupSpec
from payments.rules.declines import Retry
from tests.contract.gateway_world import new_key

GOOD = "4242424242424242"
ALWAYS_ASKS = "4000002760003184"
DECLINES = "4000000000000341"


def customer(processor):
    spec = CustomerSpec(name="Donal", email="donal@example.org", metadata={"consent": "c-7"})
    return processor.gateway.ensure_customer(spec, key=new_key())


def setup_spec(customer_ref, **changes):
    now = datetime.now(tz=UTC)
    words = {
        "reference": "consent-7",
        "customer_ref": customer_ref,
        "currency": "EUR",
        "description": "A card for Larkspur Coffee",
        "success_url": "https://tab.example/return/",
        "cancel_url": "https://tab.example/back/",
        "expires_at": now.replace(microsecond=0) + timedelta(minutes=31),
        "locale": "en",
        "metadata": {"app": "afterward", "consent": "consent-7"},
    }
    return SetupSpec(**(words | changes))


def kept(processor, card=GOOD):
    """A customer with a card, given on a page."""
    owner = customer(processor)
    page = processor.gateway.open_setup_checkout(setup_spec(owner), key=new_key())
    processor.give_card(page, card)
    return owner, processor.gateway.get_checkout(page.session_id).setup.card


def charge_spec(owner, card, amount=2180, currency="EUR", **metadata):
    return SavedChargeSpec(
        customer_ref=owner,
        card_ref=card.card_ref,
        amount=Money(amount, currency),
        description="Your tab MINT-42 at Larkspur Coffee",
        metadata={"app": "afterward", "op": str(uuid.uuid4())} | metadata,
    )


def test_the_same_key_makes_the_same_customer(processor):
    spec, key = CustomerSpec(name="", email="donal@example.org", metadata={}), new_key()

    first = processor.gateway.ensure_customer(spec, key=key)

    assert processor.gateway.ensure_customer(spec, key=key) == first


def test_a_page_to_give_a_card_on_is_open_and_has_none_yet(processor):
    page = processor.gateway.open_setup_checkout(setup_spec(customer(processor)), key=new_key())

    again = processor.gateway.get_checkout(page.session_id)

    assert (again.status, again.payment, again.metadata["consent"]) == (
        PageStatus.OPEN, None, "consent-7",
    )  # fmt: skip
    assert again.url
    assert again.setup is None or again.setup.card is None


def test_a_given_card_is_kept_for_its_customer(processor):
    owner, card = kept(processor)

    assert (card.customer_ref, card.brand, card.last4) == (owner, "visa", "4242")
    assert processor.gateway.get_card(card.card_ref) == card


def test_a_kept_card_is_found_by_its_setup_too(processor):
    owner = customer(processor)
    page = processor.gateway.open_setup_checkout(setup_spec(owner), key=new_key())
    processor.give_card(page, GOOD)
    setup = processor.gateway.get_checkout(page.session_id).setup

    assert processor.gateway.get_setup(setup.setup_id) == setup


def test_a_page_for_a_card_can_be_closed(processor):
    page = processor.gateway.open_setup_checkout(setup_spec(customer(processor)), key=new_key())

    closed = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")

    assert closed.status == PageStatus.EXPIRED


@pytest.mark.parametrize(("amount", "currency"), [(2180, "EUR"), (48_000, "KRW"), (31_330, "KWD")])
def test_a_kept_card_is_charged_without_its_owner(processor, amount, currency):
    owner, card = kept(processor)
    spec = charge_spec(owner, card, amount, currency)

    outcome = processor.gateway.charge_saved(spec, key=new_key())

    assert isinstance(outcome, Charged)
    assert outcome.payment.status == IntentStatus.SUCCEEDED
    assert outcome.payment.received == Money(amount, currency)
    assert (outcome.payment.card_brand, outcome.payment.card_last4) == ("visa", "4242")
    assert outcome.payment.metadata == spec.metadata


def test_the_same_key_charges_once(processor):
    owner, card = kept(processor)
    spec, key = charge_spec(owner, card), new_key()
    first = processor.gateway.charge_saved(spec, key=key)

    again = processor.gateway.charge_saved(spec, key=key)

    since = datetime.now(tz=UTC) - timedelta(minutes=1)
    listed = [
        payment.intent_id
        for payment in processor.gateway.list_payments(since=since)
        if payment.metadata.get("op") == spec.metadata["op"]
    ]
    assert again.payment.intent_id == first.payment.intent_id
    assert listed == [first.payment.intent_id]


def test_the_same_key_with_another_amount_is_a_bug(processor):
    owner, card = kept(processor)
    key = new_key()
    processor.gateway.charge_saved(charge_spec(owner, card, op="op-1"), key=key)

    with pytest.raises(GatewayBug):
        processor.gateway.charge_saved(charge_spec(owner, card, 2200, op="op-1"), key=key)


def test_the_banks_no_is_an_outcome(processor):
    owner, card = kept(processor, DECLINES)

    outcome = processor.gateway.charge_saved(charge_spec(owner, card), key=new_key())

    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.retry) == ("generic_decline", Retry.NEW_CARD)
    assert processor.gateway.get_payment(outcome.intent_id).status == IntentStatus.WAITING


def test_a_bank_that_asks_for_the_guest_is_told_apart(processor):
    owner, card = kept(processor, ALWAYS_ASKS)

    outcome = processor.gateway.charge_saved(charge_spec(owner, card), key=new_key())

    assert isinstance(outcome, NeedsCustomer)
    assert outcome.intent_id


def test_a_charge_that_took_nothing_can_be_given_up(processor):
    owner, card = kept(processor, DECLINES)
    intent_id = processor.gateway.charge_saved(charge_spec(owner, card), key=new_key()).intent_id

    first = processor.gateway.release_payment(intent_id, key=f"release:{uuid.uuid4()}")
    again = processor.gateway.release_payment(intent_id, key=f"release:{uuid.uuid4()}")

    assert (first.status, again.status) == (IntentStatus.CANCELED, IntentStatus.CANCELED)


def test_giving_up_what_was_paid_tells_that_it_was_paid(processor):
    owner, card = kept(processor)
    paid = processor.gateway.charge_saved(charge_spec(owner, card), key=new_key()).payment

    left = processor.gateway.release_payment(paid.intent_id, key=f"release:{uuid.uuid4()}")

    assert left.status == IntentStatus.SUCCEEDED


def test_too_little_for_a_card_is_an_outcome(processor):
    owner, card = kept(processor)

    outcome = processor.gateway.charge_saved(charge_spec(owner, card, 10), key=new_key())

    assert outcome == TooSmall()


def test_a_card_let_go_is_nobodys_and_may_be_let_go_again(processor):
    _owner, card = kept(processor)

    first = processor.gateway.detach_card(card.card_ref, key=f"detach:{uuid.uuid4()}")
    again = processor.gateway.detach_card(card.card_ref, key=f"detach:{uuid.uuid4()}")

    assert (first.customer_ref, again.customer_ref) == ("", "")
    assert processor.gateway.get_card(card.card_ref).customer_ref == ""


def test_a_card_let_go_cannot_be_charged(processor):
    owner, card = kept(processor)
    processor.gateway.detach_card(card.card_ref, key=f"detach:{uuid.uuid4()}")

    with pytest.raises(GatewayBug):
        processor.gateway.charge_saved(charge_spec(owner, card), key=new_key())


@pytest.mark.parametrize("ask", ["get_setup", "get_card"])
def test_what_is_not_there_is_not_found(processor, ask):
    with pytest.raises(NotFound):
        getattr(processor.gateway, ask)("nowhere_1")


def test_giving_up_what_is_not_there_is_not_found(processor):
    with pytest.raises(NotFound):
        processor.gateway.release_payment("pi_nowhere", key=new_key())
