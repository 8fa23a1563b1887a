"""The port's promises, kept alike by the real adapter on the sandbox and by the fake in memory."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import (
    AmountTooSmall,
    GatewayBug,
    NotFound,
)
from payments.gateway.snapshots import IntentStatus, PageStatus
from tests.contract.gateway_world import new_key, spec


def test_a_page_is_open_and_has_no_payment_yet(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())

    assert page.status == PageStatus.OPEN
    assert page.url
    assert page.payment is None
    assert page.metadata["op"] == "op-7"


def test_the_same_key_opens_the_same_page(processor):
    key, words = new_key(), spec()

    first = processor.gateway.open_payment_checkout(words, key=key)
    again = processor.gateway.open_payment_checkout(words, key=key)

    assert again.session_id == first.session_id


def test_the_same_key_with_other_words_is_a_bug(processor):
    key = new_key()
    processor.gateway.open_payment_checkout(spec(), key=key)

    with pytest.raises(GatewayBug):
        processor.gateway.open_payment_checkout(spec(amount=2200), key=key)


@pytest.mark.parametrize(
    ("amount", "tip", "currency"),
    [(2180, 218, "EUR"), (48_000, 0, "KRW"), (31_330, 1_000, "KWD")],
)
def test_a_paid_page_says_how_much_came_in(processor, amount, tip, currency):
    page = processor.gateway.open_payment_checkout(
        spec(amount=amount, tip=tip, currency=currency), key=new_key()
    )
    processor.pay(page)

    paid = processor.gateway.get_checkout(page.session_id)

    assert paid.status == PageStatus.COMPLETE
    assert paid.payment.status == IntentStatus.SUCCEEDED
    assert paid.payment.received == Money(amount + tip, currency)
    assert (paid.payment.card_brand, paid.payment.card_last4) == ("visa", "4242")
    assert (paid.email, paid.payment.email) == ("payer@example.org", "payer@example.org")
    assert paid.payment.metadata["attempt"] == "attempt-7"


def test_a_payment_is_found_by_its_own_name(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page)
    paid = processor.gateway.get_checkout(page.session_id).payment

    assert processor.gateway.get_payment(paid.intent_id) == paid


def test_a_declined_card_leaves_the_page_open(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page, card="4000000000000002")

    still = processor.gateway.get_checkout(page.session_id)

    assert still.status == PageStatus.OPEN
    assert still.payment.status == IntentStatus.WAITING
    assert still.payment.decline_code == "generic_decline"


def test_an_expired_page_is_expired_for_good(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())

    first = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")
    again = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")

    assert (first.status, again.status) == (PageStatus.EXPIRED, PageStatus.EXPIRED)


def test_expiring_a_paid_page_tells_that_it_was_paid(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page)

    snapshot = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")

    assert snapshot.status == PageStatus.COMPLETE
    assert snapshot.payment.status == IntentStatus.SUCCEEDED


def test_pages_are_listed_with_what_they_were_opened_for(processor):
    mark = str(uuid.uuid4())
    processor.gateway.open_payment_checkout(spec(metadata={"op": mark}), key=new_key())

    pages = processor.gateway.list_checkouts(since=datetime.now(tz=UTC) - timedelta(minutes=1))

    assert [page.metadata["op"] for page in pages].count(mark) == 1


def test_too_little_for_a_card_is_told_apart(processor):
    with pytest.raises(AmountTooSmall):
        processor.gateway.open_payment_checkout(spec(amount=10), key=new_key())


@pytest.mark.parametrize("ask", ["get_checkout", "get_payment", "get_refund"])
def test_what_is_not_there_is_not_found(processor, ask):
    with pytest.raises(NotFound):
        getattr(processor.gateway, ask)("cs_test_nowhere")
