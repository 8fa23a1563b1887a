"""Money that goes back: what the port promises, kept by the adapter and by the fake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import GatewayBug, NotRefundable
from payments.gateway.snapshots import RefundStatus
from payments.gateway.specs import RefundSpec
from payments.sandbox.server import SandboxServer
from tests.contract.gateway_world import FAILS_LATER, PENDING, new_key, spec


@pytest.fixture
def sandbox():
    """One for each test: some let its time pass."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def paid(processor):
    """Makes a payment, by default of 21.80 with a card that takes refunds at once."""

    def make(card="4242424242424242", amount=2180, currency="EUR"):
        gateway = processor.gateway
        page = gateway.open_payment_checkout(spec(amount=amount, currency=currency), key=new_key())
        processor.pay(page, card=card)
        return gateway.get_checkout(page.session_id).payment

    return make


def back(payment, minor, op="op-9"):
    amount = Money(minor, payment.amount.currency)
    return RefundSpec(intent_id=payment.intent_id, amount=amount, metadata={"op": op})


@pytest.mark.parametrize(
    ("amount", "part", "currency"),
    [(2180, 720, "EUR"), (48_000, 13_000, "KRW"), (31_330, 1_010, "KWD")],
)
def test_a_part_goes_back_and_says_what_it_is_for(processor, paid, amount, part, currency):
    payment = paid(amount=amount, currency=currency)

    made = processor.gateway.refund(back(payment, part), key=new_key())

    assert made.status == RefundStatus.SUCCEEDED
    assert made.amount == Money(part, currency)
    assert (made.intent_id, made.metadata["op"]) == (payment.intent_id, "op-9")
    assert processor.gateway.get_refund(made.refund_id) == made


def test_the_same_key_gives_back_once(processor, paid):
    payment, key = paid(), new_key()

    first = processor.gateway.refund(back(payment, 500), key=key)
    again = processor.gateway.refund(back(payment, 500), key=key)

    assert again.refund_id == first.refund_id
    assert len(list(processor.gateway.list_refunds_of(payment.intent_id))) == 1


def test_the_same_key_with_another_amount_is_a_bug(processor, paid):
    payment, key = paid(), new_key()
    processor.gateway.refund(back(payment, 500), key=key)

    with pytest.raises(GatewayBug):
        processor.gateway.refund(back(payment, 600), key=key)


def test_never_more_than_is_left(processor, paid):
    payment = paid()
    processor.gateway.refund(back(payment, 2000), key=new_key())

    with pytest.raises(NotRefundable):
        processor.gateway.refund(back(payment, 181), key=new_key())
    processor.gateway.refund(back(payment, 180), key=new_key())
    with pytest.raises(NotRefundable):
        processor.gateway.refund(back(payment, 1), key=new_key())


def test_refunds_are_listed_newest_first(processor, paid):
    payment = paid()
    made = [processor.gateway.refund(back(payment, part), key=new_key()) for part in (100, 200)]
    since = datetime.now(tz=UTC) - timedelta(minutes=1)

    of_payment = list(processor.gateway.list_refunds_of(payment.intent_id))
    of_account = list(processor.gateway.list_refunds(since=since))

    assert of_payment == made[::-1]
    assert [each for each in of_account if each.intent_id == payment.intent_id] == made[::-1]


def test_a_slow_bank_takes_it_later(processor, paid):
    made = processor.gateway.refund(back(paid(card=PENDING), 500), key=new_key())
    assert made.status == RefundStatus.PENDING

    processor.let_the_bank_decide(made, RefundStatus.SUCCEEDED)

    assert processor.gateway.get_refund(made.refund_id).status == RefundStatus.SUCCEEDED


def test_a_refund_that_seemed_done_may_come_back(processor, paid):
    payment = paid(card=FAILS_LATER)
    made = processor.gateway.refund(back(payment, 2180), key=new_key())
    assert made.status == RefundStatus.SUCCEEDED

    processor.let_the_bank_decide(made, RefundStatus.FAILED)

    failed = processor.gateway.get_refund(made.refund_id)
    assert (failed.status, failed.failure_code) == (RefundStatus.FAILED, "lost_or_stolen_card")
    assert processor.gateway.refund(back(payment, 2180), key=new_key()).amount == made.amount
