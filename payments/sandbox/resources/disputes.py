"""Disputes: a bank takes money back until somebody proves it should not have."""

from __future__ import annotations

from typing import Any, Final

import stripe

from payments.sandbox import ids, listing, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import balance
from payments.sandbox.store import Record

DUE_AFTER: Final = 9 * 86_400
DECIDED_AFTER: Final = 60
FEE: Final = 1_500
ANSWERABLE: Final = frozenset({"needs_response", "warning_needs_response"})
INQUIRY: Final = "inquiry"


def open_for(call: Call, charge: Record, reason: str) -> Record:
    """The bank asks (an inquiry takes no money), or takes the money at once."""
    inquiry = reason == INQUIRY
    owner: Any = stripe.Dispute
    body = shapes.new(
        "dispute",
        id=ids.new("dispute"),
        amount=charge.body["amount_captured"] - charge.body["amount_refunded"],
        charge=charge.id,
        created=call.now,
        currency=charge.body["currency"],
        evidence=shapes.part(owner.Evidence),
        evidence_details=shapes.part(
            owner.EvidenceDetails,
            due_by=call.now + DUE_AFTER,
            enhanced_eligibility={},
            submission_method="not_submitted",
        ),
        is_charge_refundable=inquiry,
        payment_intent=charge.body["payment_intent"],
        payment_method_details={"card": _card(charge, inquiry=inquiry), "type": "card"},
        reason="general" if inquiry else reason,
        status="warning_needs_response" if inquiry else "needs_response",
    )
    record = call.add(body, inquiry=inquiry)
    charge.body["disputed"] = True
    charge.hidden["refundable"] = inquiry
    call.store.save(charge)
    call.emit("charge.dispute.created", body)
    if not inquiry:
        _move(call, record, -body["amount"], fee=FEE)
    return record


def _card(charge: Record, *, inquiry: bool) -> Body:
    card = charge.body["payment_method_details"]["card"]
    owner: Any = stripe.Dispute.PaymentMethodDetails.Card
    return shapes.part(
        owner,
        brand=card["brand"],
        case_type="inquiry" if inquiry else "chargeback",
        network=card["brand"],
        network_reason_code="83",
    )


def _move(call: Call, record: Record, amount: int, fee: int = 0) -> None:
    entry = balance.enter(call, "adjustment", record.body, amount, fee)
    record.body["balance_transactions"].append(entry.body)
    call.store.save(record)
    word = "withdrawn" if amount < 0 else "reinstated"
    call.emit(f"charge.dispute.funds_{word}", record.body)


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("dispute", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "dispute", "/v1/disputes", ("charge", "payment_intent"))


def update(call: Call, object_id: str) -> Body:
    """Evidence can be gathered step by step, and is handed in once.

    :raises ApiError: when the dispute waits for nothing any more.
    """
    record = call.get("dispute", object_id)
    merge_metadata(record.body, call.params.get("metadata"))
    evidence = {
        name: value
        for name, value in call.params.get("evidence", {}).items()
        if name != "enhanced_evidence"
    }
    if evidence or call.params.get("submit"):
        if record.body["status"] not in ANSWERABLE:
            raise ApiError(400, "This dispute no longer accepts evidence.")
        record.body["evidence"] |= {name: value or None for name, value in evidence.items()}
        record.body["evidence_details"]["has_evidence"] = any(record.body["evidence"].values())
    # Evidence is handed in with the update unless the caller keeps it back.
    if call.params.get("submit", bool(evidence)):
        _submit(call, record)
    call.store.save(record)
    call.emit("charge.dispute.updated", record.body, previous={})
    return record.body


def _submit(call: Call, record: Record) -> None:
    details = record.body["evidence_details"]
    details |= {
        "submission_count": details["submission_count"] + 1,
        "submission_method": "manual",
    }
    inquiry = record.hidden["inquiry"]
    record.body["status"] = "warning_under_review" if inquiry else "under_review"
    record.hidden["verdict"] = _verdict(record)
    call.store.schedule(record, "decide_dispute", call.now + DECIDED_AFTER)


def _verdict(record: Record) -> str:
    """Stripe's own magic words in the evidence decide; without them the evidence loses."""
    said = record.body["evidence"]["uncategorized_text"]
    return "won" if said == "winning_evidence" else "lost"


def close(call: Call, object_id: str) -> Body:
    record = call.get("dispute", object_id)
    if record.body["status"] not in ANSWERABLE:
        raise ApiError(400, "This dispute is already closed.")
    decide(call, record, "lost")
    return record.body


def decide(call: Call, record: Record, verdict: str) -> None:
    """The end: an inquiry is closed; of a dispute, what was won comes back."""
    if record.body["status"] in {"won", "lost", "warning_closed"}:
        return
    inquiry = record.hidden["inquiry"]
    record.body["status"] = "warning_closed" if inquiry else verdict
    call.store.save(record)
    call.emit("charge.dispute.closed", record.body)
    if verdict == "won" and not inquiry:
        _move(call, record, record.body["amount"])
        charge = call.get("charge", record.body["charge"])
        charge.hidden["refundable"] = True
        call.store.save(charge)
