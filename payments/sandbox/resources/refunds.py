"""Refunds: never more than was captured, sometimes slow, sometimes failing afterwards."""

from __future__ import annotations

from typing import Final

import stripe

from payments.sandbox import ids, listing, money, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import balance, payment_methods
from payments.sandbox.store import Record

SETTLES_AFTER: Final = 60
FAILS_AFTER: Final = 60


def create(call: Call) -> Body:
    charge = _charge(call)
    rest = charge.body["amount_captured"] - charge.body["amount_refunded"]
    amount = call.params.get("amount", rest)
    _refuse(charge, amount, rest)
    method = call.store.find(call.account, charge.body["payment_method"], "payment_method")
    manner = payment_methods.card_of(method).refund if method else ""
    destination = stripe.Refund.DestinationDetails
    body = shapes.new(
        "refund",
        id=ids.new("refund"),
        amount=amount,
        charge=charge.id,
        created=call.now,
        currency=charge.body["currency"],
        customer=charge.body["customer"],
        destination_details=shapes.part(
            destination, card=shapes.part(destination.Card, type="refund"), type="card"
        ),
        metadata={},
        payment_intent=charge.body["payment_intent"],
        payment_method=charge.body["payment_method"],
        reason=call.params.get("reason"),
        status="pending" if manner == "pending" else "succeeded",
    )
    merge_metadata(body, call.params.get("metadata"))
    if manner == "pending":
        body["pending_reason"] = "processing"
    record = call.add(body)
    body["balance_transaction"] = balance.enter(call, "refund", body, -amount).id
    call.store.save(record)
    _count(call, charge, amount)
    call.emit("refund.created", body)
    call.emit("charge.refunded", charge.body)
    if manner == "pending":
        call.store.schedule(record, "settle_refund", call.now + SETTLES_AFTER)
    if manner == "fails_later":
        call.store.schedule(record, "fail_refund", call.now + FAILS_AFTER)
    return body


def _charge(call: Call) -> Record:
    """The charge named directly, or the one behind the named payment.

    :raises ApiError: when there is none.
    """
    charge = call.refer("charge", "charge")
    intent = call.refer("payment_intent", "payment_intent")
    if charge is None and intent is not None:
        charge = call.store.find(call.account, intent.body["latest_charge"] or "", "charge")
        if charge is None or not charge.body["paid"]:
            message = f"This PaymentIntent ({intent.id}) does not have a successful charge to "
            raise ApiError(400, f"{message}refund.", param="payment_intent")
    if charge is None:
        message = "One of the following params should be provided for this request: "
        raise ApiError(400, f"{message}payment_intent or charge.", code="parameter_missing")
    return charge


def _refuse(charge: Record, amount: int, rest: int) -> None:
    if not charge.body["captured"]:
        message = f"Charge {charge.id} has not been captured: cancel its PaymentIntent instead."
        raise ApiError(400, message, code="charge_not_refundable")
    if charge.body["disputed"] and not charge.hidden.get("refundable"):
        message = f"Charge {charge.id} has been charged back; cannot issue a refund."
        raise ApiError(400, message, code="charge_disputed")
    if rest == 0:
        message = f"Charge {charge.id} has already been refunded."
        raise ApiError(400, message, code="charge_already_refunded")
    if not 0 < amount <= rest:
        currency = charge.body["currency"]
        message = (
            f"Refund amount ({money.shown(amount, currency)}) is greater than unrefunded amount "
            f"on charge ({money.shown(rest, currency)})"
        )
        raise ApiError(400, message, param="amount")
    money.check_step(amount, charge.body["currency"], "amount")


def _count(call: Call, charge: Record, amount: int) -> None:
    refunded = charge.body["amount_refunded"] + amount
    charge.body |= {
        "amount_refunded": refunded,
        "refunded": refunded == charge.body["amount_captured"],
    }
    call.store.save(charge)


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("refund", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "refund", "/v1/refunds", ("charge", "payment_intent"))


def update(call: Call, object_id: str) -> Body:
    record = call.get("refund", object_id)
    merge_metadata(record.body, call.params.get("metadata"))
    call.store.save(record)
    call.emit("refund.updated", record.body, previous={})
    return record.body


def cancel(call: Call, object_id: str) -> Body:
    """Only a refund that waits for the customer can be called off, and card refunds never do.

    :raises ApiError: always.
    """
    call.get("refund", object_id)
    raise ApiError(400, "Card refunds cannot be canceled.")


def settle(call: Call, record: Record) -> None:
    if record.body["status"] == "pending":
        record.body["status"] = "succeeded"
        record.body.pop("pending_reason", None)
        call.store.save(record)
        call.emit("refund.updated", record.body, previous={"status": "pending"})


def fail(call: Call, record: Record) -> None:
    """The customer's bank sent it back: the money is the venue's again."""
    charge = call.get("charge", record.body["charge"])
    entry = balance.enter(call, "refund_failure", record.body, record.body["amount"])
    record.body |= {
        "failure_balance_transaction": entry.id,
        "failure_reason": "lost_or_stolen_card",
        "status": "failed",
    }
    call.store.save(record)
    _count(call, charge, -record.body["amount"])
    call.emit("refund.failed", record.body)
    call.emit("refund.updated", record.body, previous={"status": "succeeded"})
    call.emit("charge.updated", charge.body, previous={})
