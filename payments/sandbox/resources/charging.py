"""One try to take money with one card, and the charge it leaves behind."""

from __future__ import annotations

from typing import Any, Final

import stripe

from payments.sandbox import cards, ids, shapes
from payments.sandbox.call import Body, Call
from payments.sandbox.cards import Card, Decline
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import balance, payment_methods
from payments.sandbox.store import Record

HOLD: Final = 7 * 86_400
# Visa's hold without the customer present is shorter than everyone else's.
VISA_HOLD_OFF_SESSION: Final = 4 * 86_400 + 18 * 3_600
SETTLES_AFTER: Final = 1
DISPUTED_AFTER: Final = 2


def attempt(
    call: Call,
    intent: Record,
    method: Record,
    *,
    off_session: bool = False,
    authenticated: bool = False,
) -> None:
    """Charge, or ask for the bank's page.

    :raises ApiError: 402, when the card is declined; the intent keeps what happened.
    """
    card = payment_methods.card_of(method)
    intent.body["payment_method"] = method.id
    if _asks_bank(card, method, off_session=off_session) and not authenticated:
        if off_session:
            decline(call, intent, method, cards.NEEDS_BANK)
        ask_bank(call, intent)
        return
    if card.decline:
        decline(call, intent, method, card.decline)
    _succeed(call, intent, method, off_session=off_session, authenticated=authenticated)


def _asks_bank(card: Card, method: Record, *, off_session: bool) -> bool:
    if card.authentication == "unless_set_up":
        return not (off_session and method.hidden.get("set_up"))
    return card.authentication == "always"


def ask_bank(call: Call, intent: Record) -> None:
    """The customer has to visit a page; the intent says which."""
    owner: Any = shapes.CLASSES[intent.kind]
    intent.body["status"] = "requires_action"
    intent.body["next_action"] = shapes.part(
        owner.NextAction,
        redirect_to_url={
            "return_url": intent.hidden.get("return_url"),
            "url": f"{intent.hidden.get('base_url', call.base_url)}/c/bank/{intent.id}",
        },
        type="redirect_to_url",
    )
    call.store.save(intent)
    call.emit(f"{intent.kind}.requires_action", intent.body)


def decline(call: Call, intent: Record, method: Record, reason: Decline) -> None:
    """Write the failed try down and say so.

    :raises ApiError: always.
    """
    charge = None
    if reason is not cards.AUTHENTICATION_FAILED:
        charge = call.add(charge_for(call, intent, method, failed=reason))
        intent.body["latest_charge"] = charge.id
    problem = {
        "code": reason.code,
        "decline_code": reason.decline_code or None,
        "message": reason.message,
        "charge": charge.id if charge else None,
        "payment_method": method.body,
        "type": "card_error" if charge else "invalid_request_error",
    }
    intent.body["last_payment_error"] = shapes.part(
        stripe.PaymentIntent.LastPaymentError,
        **{name: value for name, value in problem.items() if value is not None},
    )
    intent.body |= {
        "status": "requires_payment_method", "payment_method": None, "next_action": None,
    }  # fmt: skip
    call.store.save(intent)
    if charge:
        call.emit("charge.failed", charge.body)
    call.emit("payment_intent.payment_failed", intent.body)
    fields = problem | {"payment_method": method.body, "payment_intent": intent.body}
    kind, message = str(fields.pop("type")), str(fields.pop("message"))
    raise ApiError(402, message, kind=kind, keep=True, **fields)


def _succeed(
    call: Call, intent: Record, method: Record, *, off_session: bool, authenticated: bool
) -> None:
    held = intent.body["capture_method"] == "manual"
    charge = call.add(charge_for(call, intent, method, authenticated=authenticated))
    card = charge.body["payment_method_details"]["card"]
    if held:
        short = off_session and card["brand"] == "visa"
        card["capture_before"] = call.now + (VISA_HOLD_OFF_SESSION if short else HOLD)
        call.store.schedule(intent, "expire_hold", card["capture_before"])
    call.store.save(charge)
    intent.body |= {
        "amount_capturable": intent.body["amount"] if held else 0,
        "amount_received": 0 if held else intent.body["amount"],
        "last_payment_error": None,
        "latest_charge": charge.id,
        "next_action": None,
        "status": "requires_capture" if held else "succeeded",
    }
    _keep_card(call, intent, method, authenticated=authenticated)
    call.store.save(intent)
    call.emit("charge.succeeded", charge.body)
    call.emit(f"payment_intent.{'amount_capturable_updated' if held else 'succeeded'}", intent.body)
    if not held:
        captured(call, intent, charge)


def captured(call: Call, intent: Record, charge: Record) -> None:
    """Money is in: it reaches the balance now, or a moment later where that is asynchronous."""
    if intent.body["capture_method"] == "automatic_async":
        call.store.schedule(charge, "settle_charge", call.now + SETTLES_AFTER)
    else:
        settle(call, charge)
    method = call.store.find(call.account, charge.body["payment_method"], "payment_method")
    if method and payment_methods.card_of(method).dispute:
        call.store.schedule(charge, "dispute_charge", call.now + DISPUTED_AFTER)


def settle(call: Call, charge: Record) -> None:
    amount, currency = charge.body["amount_captured"], charge.body["currency"]
    entry = balance.enter(call, "charge", charge.body, amount, balance.fee_of(amount, currency))
    charge.body["balance_transaction"] = entry.id
    call.store.save(charge)
    call.emit("charge.updated", charge.body, previous={"balance_transaction": None})


def _keep_card(call: Call, intent: Record, method: Record, *, authenticated: bool) -> None:
    if not intent.body["setup_future_usage"] or not intent.body["customer"]:
        return
    if authenticated:
        method.hidden["set_up"] = True
        call.store.save(method)
    payment_methods.join(call, method, intent.body["customer"])


def charge_for(
    call: Call,
    intent: Record,
    method: Record,
    *,
    failed: Decline | None = None,
    authenticated: bool = False,
) -> Body:
    source = intent.body
    held = source["capture_method"] == "manual"
    shared = ("amount", "currency", "customer", "description", "metadata", "receipt_email")
    values = {name: source[name] for name in shared} | {
        "statement_descriptor": source["statement_descriptor"],
        "statement_descriptor_suffix": source["statement_descriptor_suffix"],
    }
    return shapes.new(
        "charge",
        id=ids.new("charge"),
        amount_captured=0 if held or failed else source["amount"],
        billing_details=method.body["billing_details"],
        calculated_statement_descriptor="SANDBOX",
        captured=not held and not failed,
        created=call.now,
        failure_code=failed.code if failed else None,
        failure_message=failed.message if failed else None,
        fraud_details={},
        outcome=outcome(failed),
        paid=not failed,
        payment_intent=intent.id,
        payment_method=method.id,
        payment_method_details=_details(
            method, source["amount"], failed, authenticated=authenticated
        ),
        status="failed" if failed else "succeeded",
        **values,
    )


def outcome(failed: Decline | None) -> Body:
    return shapes.part(
        stripe.Charge.Outcome,
        network_status="declined_by_network" if failed else "approved_by_network",
        reason=(failed.decline_code or failed.code) if failed else None,
        risk_level="normal",
        risk_score=12,
        seller_message="The bank declined." if failed else "Payment complete.",
        type="issuer_declined" if failed else "authorized",
    )


def _details(method: Record, amount: int, failed: Decline | None, *, authenticated: bool) -> Body:
    owner = stripe.Charge.PaymentMethodDetails
    if method.body["type"] == "sepa_debit":
        shared = ("bank_code", "branch_code", "country", "fingerprint", "last4")
        known = {name: method.body["sepa_debit"][name] for name in shared}
        return shapes.part(
            owner, sepa_debit=shapes.part(owner.SepaDebit, **known), type="sepa_debit"
        )
    card = _card_details(method, amount, failed, authenticated=authenticated)
    return shapes.part(owner, card=card, type="card")


def _card_details(
    method: Record, amount: int, failed: Decline | None, *, authenticated: bool
) -> Body:
    details = stripe.Charge.PaymentMethodDetails.Card
    shared = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    values = {name: method.body["card"][name] for name in shared}
    secure = shapes.part(
        details.ThreeDSecure,
        authentication_flow="challenge",
        electronic_commerce_indicator="05",
        result="authenticated",
        version="2.2.0",
    )
    wrong_code = failed is not None and failed.code == "incorrect_cvc"
    return shapes.part(
        details,
        amount_authorized=None if failed else amount,
        checks=shapes.part(details.Checks, cvc_check="fail" if wrong_code else "pass"),
        network=values["brand"],
        regulated_status="unregulated",
        three_d_secure=secure if authenticated else None,
        **values,
    )
