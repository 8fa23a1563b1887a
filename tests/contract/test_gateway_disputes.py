"""Disputes: the port's promises, kept alike by the adapter on the sandbox and by the fake."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import GatewayBug, NotFound
from payments.gateway.specs import EvidenceSpec
from payments.rules.dispute_states import DisputeState
from tests.contract.gateway_world import new_key, spec

EVIDENCE = EvidenceSpec(
    customer_name="Dónal",
    customer_email="donal@example.org",
    product="Shakshuka, two coffees",
    statement="He sat at table 4 for two hours.",
    metadata={"op": "op-9"},
)


@pytest.fixture
def payment(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page)
    return processor.gateway.get_checkout(page.session_id).payment


def dispute_of(processor, payment, **how):
    return processor.gateway.get_dispute(processor.dispute(payment, **how))


def minutes_ago():
    return datetime.now(tz=UTC) - timedelta(minutes=1)


def test_a_dispute_takes_the_money_and_a_fee_at_once(processor, payment):
    dispute = dispute_of(processor, payment, reason="product_not_received")

    assert dispute.state == DisputeState.NEEDS_RESPONSE
    assert dispute.intent_id == payment.intent_id
    assert dispute.reason == "product_not_received"
    assert (dispute.amount, dispute.withdrawn) == (Money(2180, "EUR"), Money(2180, "EUR"))
    assert dispute.reinstated == Money(0, "EUR")
    assert [fee.amount for fee in dispute.fees] == [Money(1500, "EUR")]
    assert dispute.due_by > datetime.now(tz=UTC) + timedelta(days=8)
    assert (dispute.is_refundable, dispute.submissions) == (False, 0)


def test_an_inquiry_only_asks(processor, payment):
    dispute = dispute_of(processor, payment, reason="inquiry")

    assert dispute.state == DisputeState.INQUIRY
    assert (dispute.withdrawn, dispute.fees) == (Money(0, "EUR"), ())
    assert dispute.is_refundable


def test_what_is_won_comes_back(processor, payment):
    dispute = dispute_of(processor, payment)

    processor.decide(dispute.dispute_id, "won")

    won = processor.gateway.get_dispute(dispute.dispute_id)
    assert (won.state, won.reinstated) == (DisputeState.WON, Money(2180, "EUR"))


def test_what_is_lost_stays_away(processor, payment):
    dispute = dispute_of(processor, payment)

    processor.decide(dispute.dispute_id, "lost")

    lost = processor.gateway.get_dispute(dispute.dispute_id)
    assert (lost.state, lost.reinstated) == (DisputeState.LOST, Money(0, "EUR"))


def test_disputes_are_listed_from_a_moment_on(processor, payment):
    dispute = dispute_of(processor, payment)

    listed = list(processor.gateway.list_disputes(since=minutes_ago()))
    later = processor.gateway.list_disputes(since=datetime.now(tz=UTC) + timedelta(hours=1))

    assert [each for each in listed if each.dispute_id == dispute.dispute_id] == [dispute]
    assert list(later) == []


def test_evidence_is_handed_in_under_its_operations_name(processor, payment):
    dispute = dispute_of(processor, payment)

    answered = processor.gateway.submit_evidence(dispute.dispute_id, EVIDENCE, key=new_key())

    assert answered.state == DisputeState.UNDER_REVIEW
    assert (answered.submissions, answered.metadata["op"]) == (1, "op-9")


def test_the_same_key_hands_evidence_in_once(processor, payment):
    dispute, key = dispute_of(processor, payment), new_key()

    for _again in range(2):
        answered = processor.gateway.submit_evidence(dispute.dispute_id, EVIDENCE, key=key)

    assert answered.submissions == 1


def test_the_answer_to_an_inquiry_is_reviewed_as_one(processor, payment):
    dispute = dispute_of(processor, payment, reason="inquiry")

    answered = processor.gateway.submit_evidence(dispute.dispute_id, EVIDENCE, key=new_key())

    assert answered.state == DisputeState.INQUIRY_REVIEW


def test_evidence_after_the_end_is_refused(processor, payment):
    dispute = dispute_of(processor, payment)
    processor.decide(dispute.dispute_id, "lost")

    with pytest.raises(GatewayBug):
        processor.gateway.submit_evidence(dispute.dispute_id, EVIDENCE, key=new_key())


def test_a_dispute_that_is_not_there_is_not_found(processor):
    with pytest.raises(NotFound):
        processor.gateway.get_dispute("du_nowhere")
    with pytest.raises(NotFound):
        processor.gateway.submit_evidence("du_nowhere", EVIDENCE, key=str(uuid.uuid4()))
