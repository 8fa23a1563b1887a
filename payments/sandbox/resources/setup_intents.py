"""Setup intents: a card kept for later, with the bank's consent where it wants to be asked."""

from __future__ import annotations

from typing import Final

import stripe

from payments.sandbox import cards, ids, listing, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.cards import Decline
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import charging, payment_methods
from payments.sandbox.store import Record

OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def make(call: Call, wishes: Body) -> Record:
    intent_id = ids.new("setup_intent")
    allowed = wishes.get("allowed_payment_method_types")
    body = shapes.new(
        "setup_intent",
        id=intent_id,
        allowed_payment_method_types=allowed,
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        client_secret=f"{intent_id}_secret_{ids.letters(25)}",
        created=call.now,
        customer=wishes.get("customer"),
        description=wishes.get("description"),
        excluded_payment_method_types=wishes.get("excluded_payment_method_types"),
        metadata={},
        payment_method_types=allowed or ["card"],
        status="requires_payment_method",
        usage=wishes.get("usage", "off_session"),
    )
    merge_metadata(body, wishes.get("metadata"))
    record = call.add(body, base_url=call.base_url)
    call.emit("setup_intent.created", body)
    return record


def create(call: Call) -> Body:
    call.refer("customer", "customer")
    record = make(call, call.params)
    if call.params.get("payment_method"):
        method = payment_methods.named(call, call.params["payment_method"], "payment_method")
        record.body |= {"payment_method": method.id, "status": "requires_confirmation"}
        call.store.save(record)
    if call.params.get("confirm"):
        return _confirm(call, record)
    return record.body


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("setup_intent", object_id).body


def listed(call: Call) -> Body:
    filters = ("customer", "payment_method")
    return listing.page(call, "setup_intent", "/v1/setup_intents", filters)


def confirm(call: Call, object_id: str) -> Body:
    record = call.get("setup_intent", object_id)
    if record.body["status"] not in OPEN:
        raise _unexpected(record, "confirm")
    if call.params.get("payment_method"):
        method = payment_methods.named(call, call.params["payment_method"], "payment_method")
        record.body["payment_method"] = method.id
    return _confirm(call, record)


def _confirm(call: Call, record: Record) -> Body:
    if not record.body["payment_method"]:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise ApiError(400, message, code="setup_intent_unexpected_state")
    record.hidden["return_url"] = call.params.get("return_url")
    attempt(call, record, call.get("payment_method", record.body["payment_method"]))
    return record.body


def attempt(call: Call, record: Record, method: Record, *, authenticated: bool = False) -> None:
    """Keep the card, or ask for the bank's page.

    :raises ApiError: 402, when the card refuses to be kept.
    """
    card = payment_methods.card_of(method)
    record.body["payment_method"] = method.id
    if card.authentication != "never" and not authenticated:
        charging.ask_bank(call, record)
        return
    if card.declined_on_attach and card.decline:
        fail(call, record, method, card.decline)
    method.hidden["set_up"] = True
    call.store.save(method)
    if record.body["customer"]:
        payment_methods.join(call, method, record.body["customer"])
    record.body |= {"last_setup_error": None, "next_action": None, "status": "succeeded"}
    call.store.save(record)
    call.emit("setup_intent.succeeded", record.body)


def fail(call: Call, record: Record, method: Record, reason: Decline) -> None:
    """Write the refusal down and say so.

    :raises ApiError: always.
    """
    known = reason is not cards.AUTHENTICATION_FAILED
    problem = {
        "code": reason.code if known else "setup_intent_authentication_failure",
        "decline_code": reason.decline_code or None,
        "message": reason.message,
        "payment_method": method.body,
        "type": "card_error" if known else "invalid_request_error",
    }
    problem = {name: value for name, value in problem.items() if value is not None}
    record.body |= {
        "last_setup_error": shapes.part(stripe.SetupIntent.LastSetupError, **problem),
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(record)
    call.emit("setup_intent.setup_failed", record.body)
    kind, message = str(problem.pop("type")), str(problem.pop("message"))
    raise ApiError(402, message, kind=kind, keep=True, setup_intent=record.body, **problem)


def cancel(call: Call, object_id: str) -> Body:
    record = call.get("setup_intent", object_id)
    if record.body["status"] not in OPEN:
        raise _unexpected(record, "cancel")
    record.body |= {
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
        "status": "canceled",
    }
    call.store.save(record)
    call.emit("setup_intent.canceled", record.body)
    return record.body


def _unexpected(record: Record, deed: str) -> ApiError:
    message = (
        f"You cannot {deed} this SetupIntent because it has a status of {record.body['status']}."
    )
    return ApiError(400, message, code="setup_intent_unexpected_state", setup_intent=record.body)
