"""Cards as objects: made from a test number or alias, attached to customers, detached for good."""

from __future__ import annotations

import hashlib
from typing import Any

import stripe

from payments.sandbox import cards, errors, ids, listing, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.cards import Card
from payments.sandbox.store import Record

EXPIRY_YEAR = 2034


def card_of(record: Record) -> Card:
    return cards.BY_NUMBER[record.hidden["number"]]


def named(call: Call, object_id: str, param: str) -> Record:
    """A stored card, or a new one from an alias such as `pm_card_visa`.

    :raises ApiError: 400, when there is neither.
    """
    if object_id in cards.BY_ALIAS:
        return make(call, cards.BY_ALIAS[object_id])
    record = call.store.find(call.account, object_id, "payment_method")
    if record is None:
        raise errors.bad_reference("PaymentMethod", object_id, param)
    return record


def make(call: Call, card: Card, billing: Body | None = None) -> Record:
    kind = "sepa_debit" if card.debit else "card"
    body = shapes.new(
        "payment_method",
        id=ids.new("payment_method"),
        allow_redisplay="unspecified",
        billing_details=shapes.part(stripe.PaymentMethod.BillingDetails, **(billing or {})),
        created=call.now,
        metadata={},
        type=kind,
        **{kind: _account_details(card) if card.debit else _card_details(card)},
    )
    return call.add(body, number=card.number)


def _card_details(card: Card) -> Body:
    owner = stripe.PaymentMethod.Card
    return shapes.part(
        owner,
        brand=card.brand,
        checks=shapes.part(owner.Checks, cvc_check="pass"),
        country="US",
        display_brand=card.brand,
        exp_month=12,
        exp_year=EXPIRY_YEAR,
        fingerprint=fingerprint(card),
        funding=card.funding,
        last4=card.last4,
        networks=shapes.part(owner.Networks, available=[card.brand]),
        regulated_status="unregulated",
        three_d_secure_usage={"supported": True},
    )


def _account_details(account: Card) -> Body:
    return shapes.part(
        stripe.PaymentMethod.SepaDebit,
        bank_code=account.number[4:9],
        country=account.number[:2],
        fingerprint=fingerprint(account),
        last4=account.last4,
    )


def types(allowed: list[str] | None, excluded: list[str] | None, currency: str | None) -> list[str]:
    """What a customer may pay with, of what the sandbox knows: bank debits are for euros."""
    known = ["card", "sepa_debit"] if currency == "eur" else ["card"]
    return [one for one in allowed or known if one not in (excluded or [])]


def fingerprint(card: Card) -> str:
    return hashlib.sha256(card.number.encode()).hexdigest()[:16]


def create(call: Call) -> Body:
    """Only cards, and only test numbers: everything else has no place here.

    :raises ApiError: 400 for another type, 402 for another number.
    """
    given: dict[str, Any] = call.params.get("card") or {}
    card = cards.BY_NUMBER.get(str(given.get("number", "")))
    if call.params.get("type") != "card":
        raise errors.ApiError(400, "The sandbox makes cards only.", param="type")
    if card is None:
        message = "Your card number is not one of the test numbers."
        raise errors.ApiError(402, message, kind="card_error", code="incorrect_number")
    record = make(call, card)
    merge_metadata(record.body, call.params.get("metadata"))
    call.store.save(record)
    return record.body


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("payment_method", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "payment_method", "/v1/payment_methods", ("customer", "type"))


def attach(call: Call, object_id: str) -> Body:
    customer = call.refer("customer", "customer")
    if customer is None:
        message = "Missing required param: customer."
        raise errors.ApiError(400, message, code="parameter_missing", param="customer")
    record = named(call, object_id, "payment_method")
    join(call, record, customer.id)
    return record.body


def join(call: Call, record: Record, customer_id: str) -> None:
    """Keep a card with a customer.

    :raises ApiError: when the card refuses, belongs to someone else, or was given up.
    """
    card = card_of(record)
    if card.declined_on_attach and card.decline:
        code, reason = card.decline.code, card.decline.decline_code
        raise errors.ApiError(
            402, card.decline.message, kind="card_error", code=code, decline_code=reason
        )
    refuse_if_given_up(record)
    owner = record.body["customer"]
    if owner not in {None, customer_id}:
        message = "The payment method you provided has already been attached to a customer."
        raise errors.ApiError(400, message)
    if owner is None:
        record.body["customer"] = customer_id
        call.store.save(record)
        call.emit("payment_method.attached", record.body)


def refuse_if_given_up(record: Record) -> None:
    if record.hidden.get("detached"):
        message = (
            "This PaymentMethod was previously used without being attached to a Customer or was "
            "detached from a Customer, and may not be used again."
        )
        raise errors.ApiError(400, message, param="payment_method")


def detach(call: Call, object_id: str) -> Body:
    record = call.get("payment_method", object_id)
    if record.body["customer"] is None:
        message = "The payment method you provided is not attached to a customer."
        raise errors.ApiError(400, message)
    former = record.body["customer"]
    record.body["customer"] = None
    record.hidden["detached"] = True
    call.store.save(record)
    call.emit("payment_method.detached", record.body, previous={"customer": former})
    return record.body
