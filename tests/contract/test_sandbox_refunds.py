"""Money that goes back: refunds and disputes, and what the balance says of them."""

from __future__ import annotations

import pytest
import stripe

from tests.contract.sandbox_world import open_world


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def paid(world, card="pm_card_visa", amount=5000, **more):
    params = {"amount": amount, "currency": "eur", "payment_method": card, "confirm": True}
    return world.stripe.payment_intents.create(params | more)


def refund(world, intent, **more):
    return world.stripe.refunds.create({"payment_intent": intent.id} | more)


def charge_of(world, intent):
    return world.stripe.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})


def test_a_payment_is_refunded_in_parts_up_to_the_whole(world):
    intent = paid(world)

    part = refund(world, intent, amount=2000, metadata={"op": "1"})
    rest = refund(world, intent)

    charge = charge_of(world, intent)
    assert (part.amount, part.status, part.metadata["op"]) == (2000, "succeeded", "1")
    assert rest.amount == 3000
    assert (charge.amount_refunded, charge.refunded) == (5000, True)
    assert [one.id for one in charge.refunds.data] == [rest.id, part.id]
    assert world.shop.wait_for("refund.created", count=2)
    assert world.shop.wait_for("charge.refunded", count=2)


def test_more_than_is_left_is_refused(world):
    intent = paid(world)
    refund(world, intent, amount=4000)

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        refund(world, intent, amount=1001)
    refund(world, intent)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refund(world, intent)

    assert caught.value.code == "charge_already_refunded"


def test_a_hold_is_not_refunded_but_released(world):
    intent = paid(world, capture_method="manual")

    with pytest.raises(stripe.InvalidRequestError, match="has not been captured"):
        refund(world, intent)


def test_a_payment_without_money_cannot_be_refunded(world):
    intent = world.stripe.payment_intents.create({"amount": 5000, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        refund(world, intent)
    with pytest.raises(stripe.InvalidRequestError, match="should be provided"):
        world.stripe.refunds.create({})


def test_a_refund_may_take_its_time(world):
    slow = refund(world, paid(world, "pm_card_pendingRefund"))

    world.control("clock", advance=120)

    assert (slow.status, slow.pending_reason) == ("pending", "processing")
    assert world.stripe.refunds.retrieve(slow.id).status == "succeeded"
    assert world.shop.wait_for("refund.updated")


def test_a_refund_may_fail_afterwards_and_the_money_is_back(world):
    intent = paid(world, "pm_card_refundFail")
    doomed = refund(world, intent)

    world.control("clock", advance=120)

    failed = world.stripe.refunds.retrieve(doomed.id)
    assert (doomed.status, failed.status) == ("succeeded", "failed")
    assert failed.failure_reason == "lost_or_stolen_card"
    assert charge_of(world, intent).amount_refunded == 0
    assert world.shop.wait_for("refund.failed")


def test_a_card_refund_cannot_be_called_off_but_renamed(world):
    done = refund(world, paid(world))

    changed = world.stripe.refunds.update(done.id, {"metadata": {"why": "spilt"}})

    assert changed.metadata["why"] == "spilt"
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.refunds.cancel(done.id)


def test_the_balance_adds_up(world):
    intent = paid(world)
    world.control("clock", advance=5)
    refund(world, intent, amount=2000)

    entries = world.stripe.balance_transactions.list().data

    assert [(one.type, one.amount, one.fee, one.net) for one in entries] == [
        ("refund", -2000, 0, -2000),
        ("charge", 5000, 175, 4825),
    ]
    found = world.stripe.balance_transactions.list({"source": intent.latest_charge})
    assert [one.id for one in found.data] == [entries[1].id]
    assert world.stripe.balance_transactions.retrieve(entries[0].id).amount == -2000


def test_refunds_are_listed_by_payment(world):
    intent = paid(world)
    mine = refund(world, intent)
    refund(world, paid(world))

    listed = world.stripe.refunds.list({"payment_intent": intent.id})

    assert [one.id for one in listed.data] == [mine.id]


def disputed(world, card="pm_card_createDispute"):
    intent = paid(world, card)
    world.control("clock", advance=10)
    return intent, world.stripe.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_dispute_takes_the_money_at_once(world):
    intent, dispute = disputed(world)

    assert (dispute.status, dispute.amount, dispute.reason) == (
        "needs_response",
        5000,
        "fraudulent",
    )
    assert charge_of(world, intent).disputed
    assert dispute.balance_transactions[0].net == -6500
    assert world.shop.wait_for("charge.dispute.created")
    assert world.shop.wait_for("charge.dispute.funds_withdrawn")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refund(world, intent)
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("words", "verdict"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_evidence_decides_a_dispute(world, words, verdict):
    _, dispute = disputed(world)

    submitted = world.stripe.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": words}, "submit": True}
    )
    world.control("clock", advance=120)

    decided = world.stripe.disputes.retrieve(dispute.id)
    assert (submitted.status, decided.status) == ("under_review", verdict)
    assert submitted.evidence_details.submission_count == 1
    assert len(decided.balance_transactions) == (2 if verdict == "won" else 1)
    assert world.shop.wait_for("charge.dispute.closed")


def test_evidence_can_be_kept_back_and_handed_in_once(world):
    _, dispute = disputed(world)

    kept = world.stripe.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": False}
    )
    world.stripe.disputes.update(dispute.id, {"submit": True})

    assert kept.status == "needs_response"
    assert kept.evidence_details.has_evidence
    assert world.stripe.disputes.retrieve(dispute.id).status == "under_review"
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "more"}})


def test_an_inquiry_takes_nothing_and_leaves_the_charge_refundable(world):
    intent, dispute = disputed(world, "pm_card_createDisputeInquiry")

    assert dispute.status == "warning_needs_response"
    assert dispute.is_charge_refundable
    assert dispute.balance_transactions == []
    assert refund(world, intent).status == "succeeded"


def test_a_dispute_can_be_given_up(world):
    _, dispute = disputed(world)

    closed = world.stripe.disputes.close(dispute.id)

    assert closed.status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.disputes.close(dispute.id)


def test_a_dispute_can_be_opened_and_decided_on_demand(world):
    intent = paid(world)

    opened = world.control("dispute", payment_intent=intent.id, reason="product_not_received")
    decided = world.control("dispute", dispute=opened["id"], verdict="won")

    assert opened["reason"] == "product_not_received"
    assert decided["status"] == "won"
    assert "error" in world.control("dispute", charge="ch_none")
