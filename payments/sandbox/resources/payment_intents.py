"""Payment intents: from the wish to be paid to the money, the hold, or the end of either."""

from __future__ import annotations

from typing import Any, Final

import stripe

from payments.sandbox import ids, listing, money, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import charging, payment_methods
from payments.sandbox.store import Record

OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
CANCELABLE: Final = OPEN | {"requires_capture", "processing"}
_PLAIN: Final = (
    "description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def make(call: Call, amount: int, currency: str, wishes: Body) -> Record:
    """A new intent with what create and Checkout have in common."""
    allowed = wishes.get("allowed_payment_method_types")
    intent = stripe.PaymentIntent
    intent_id = ids.new("payment_intent")
    body = shapes.new(
        "payment_intent",
        id=intent_id,
        allowed_payment_method_types=allowed,
        amount=amount,
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        capture_method=wishes.get("capture_method", "automatic_async"),
        client_secret=f"{intent_id}_secret_{ids.letters(25)}",
        confirmation_method="automatic",
        created=call.now,
        currency=currency,
        customer=wishes.get("customer"),
        excluded_payment_method_types=wishes.get("excluded_payment_method_types"),
        payment_method_options={
            "card": shapes.part(
                intent.PaymentMethodOptions.Card, request_three_d_secure="automatic"
            )
        },
        payment_method_types=payment_methods.types(
            allowed, wishes.get("excluded_payment_method_types"), currency
        ),
        status="requires_payment_method",
    )
    _fill(body, wishes)
    record = call.add(body, base_url=call.base_url)
    call.emit("payment_intent.created", body)
    return record


def _fill(body: Body, wishes: Body) -> None:
    for name in _PLAIN:
        if name in wishes:
            body[name] = wishes[name] if wishes[name] != "" else None
    merge_metadata(body, wishes.get("metadata"))


def create(call: Call) -> Body:
    amount, currency = call.params["amount"], call.params["currency"].lower()
    money.check(amount, currency, "amount")
    call.refer("customer", "customer")
    if call.params.get("off_session") and not call.params.get("confirm"):
        message = "You cannot set off_session without confirm."
        raise ApiError(400, message, param="off_session")
    record = make(call, amount, currency, call.params)
    if call.params.get("payment_method"):
        _choose(call, record, call.params["payment_method"])
    if call.params.get("confirm"):
        _confirm(call, record)
    return record.body


def _choose(call: Call, record: Record, method_id: str) -> Record:
    """Take a card that belongs to the same customer, or to nobody."""
    method = payment_methods.named(call, method_id, "payment_method")
    payment_methods.refuse_if_given_up(method)
    owner, customer = method.body["customer"], record.body["customer"]
    if owner and owner != customer:
        message = "The customer does not own the payment method: the PaymentMethod belongs to a "
        message += "different Customer than the one of this PaymentIntent."
        raise ApiError(400, message, param="payment_method")
    record.body |= {"payment_method": method.id, "status": "requires_confirmation"}
    call.store.save(record)
    return method


def _confirm(call: Call, record: Record) -> None:
    method_id = call.params.get("payment_method") or record.body["payment_method"]
    if not method_id:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise _unexpected(record, message)
    # Already chosen by an alias: that made a card, which is the one to use.
    chosen = record.body["payment_method"] or _choose(call, record, method_id).id
    method = call.get("payment_method", chosen)
    record.hidden["return_url"] = call.params.get("return_url")
    charging.attempt(call, record, method, off_session=bool(call.params.get("off_session")))


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("payment_intent", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "payment_intent", "/v1/payment_intents", ("customer",))


def update(call: Call, object_id: str) -> Body:
    record = call.get("payment_intent", object_id)
    if record.body["status"] not in OPEN and set(call.params) - {"metadata", "description"}:
        raise _unexpected(record, "This PaymentIntent can no longer be changed.")
    if "amount" in call.params:
        money.check(call.params["amount"], record.body["currency"], "amount")
        record.body["amount"] = call.params["amount"]
    if call.refer("customer", "customer"):
        record.body["customer"] = call.params["customer"]
    _fill(record.body, call.params)
    call.store.save(record)
    if call.params.get("payment_method"):
        _choose(call, record, call.params["payment_method"])
    return record.body


def confirm(call: Call, object_id: str) -> Body:
    record = call.get("payment_intent", object_id)
    if record.body["status"] not in OPEN:
        raise _unexpected(record, _because(record, "confirm"))
    if call.params.get("payment_method"):
        record.body["payment_method"] = None
    _confirm(call, record)
    return record.body


def capture(call: Call, object_id: str) -> Body:
    record = call.get("payment_intent", object_id)
    if record.body["status"] != "requires_capture":
        raise _unexpected(record, _because(record, "capture"))
    held: int = record.body["amount_capturable"]
    amount: int = call.params.get("amount_to_capture", held)
    if not 0 < amount <= held:
        message = f"The amount to capture must be between 1 and {held}."
        raise ApiError(400, message, code="amount_too_large", param="amount_to_capture")
    money.check_step(amount, record.body["currency"], "amount_to_capture")
    charge = call.get("charge", record.body["latest_charge"])
    charge.body |= {"amount_captured": amount, "captured": True}
    call.store.save(charge)
    merge_metadata(record.body, call.params.get("metadata"))
    record.body |= {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    call.store.save(record)
    call.emit("charge.captured", charge.body)
    call.emit("payment_intent.succeeded", record.body)
    charging.captured(call, record, charge)
    return call.get("payment_intent", object_id).body


def cancel(call: Call, object_id: str) -> Body:
    record = call.get("payment_intent", object_id)
    if record.body["status"] not in CANCELABLE:
        raise _unexpected(record, _because(record, "cancel"))
    if record.hidden.get("session") and record.body["status"] != "requires_capture":
        message = "You cannot cancel a PaymentIntent created by a Checkout Session; expire it."
        raise _unexpected(record, message)
    end(call, record, call.params.get("cancellation_reason"))
    return record.body


def end(call: Call, record: Record, reason: str | None) -> None:
    record.body |= {
        "amount_capturable": 0,
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    call.store.save(record)
    call.emit("payment_intent.canceled", record.body)


def expire_hold(call: Call, record: Record) -> None:
    """The bank lets go of money nobody captured in time."""
    if record.body["status"] != "requires_capture":
        return
    call.emit("charge.expired", call.get("charge", record.body["latest_charge"]).body)
    end(call, record, "expired")


def _because(record: Record, deed: str) -> str:
    return (
        f"You cannot {deed} this PaymentIntent because it has a status of {record.body['status']}."
    )


def _unexpected(record: Record, message: str) -> ApiError:
    fields: dict[str, Any] = {
        "code": "payment_intent_unexpected_state", "payment_intent": record.body,
    }  # fmt: skip
    return ApiError(400, message, **fields)
