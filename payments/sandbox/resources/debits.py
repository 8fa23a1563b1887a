"""Bank debits: agreed to at once, and paid, or not, some time later."""

from __future__ import annotations

from typing import Final

import stripe

from payments.sandbox import shapes
from payments.sandbox.call import Call
from payments.sandbox.cards import Decline
from payments.sandbox.resources import charging, payment_methods
from payments.sandbox.store import Record

DECIDED_AFTER: Final = 60
REFUSED: Final = Decline(
    "charge_exceeds_source_limit", "", "The bank returned the debit: insufficient funds."
)


def begin(call: Call, intent: Record, method: Record) -> None:
    """The customer agreed; whether the bank pays is not known yet."""
    charge = call.add(charging.charge_for(call, intent, method))
    charge.body |= {"status": "pending", "paid": False, "outcome": None}
    call.store.save(charge)
    intent.body |= {
        "last_payment_error": None,
        "latest_charge": charge.id,
        "payment_method": method.id,
        "status": "processing",
    }
    call.store.save(intent)
    call.store.schedule(intent, "decide_debit", call.now + DECIDED_AFTER)
    call.emit("charge.pending", charge.body)
    call.emit("payment_intent.processing", intent.body)


def decide(call: Call, intent: Record) -> None:
    if intent.body["status"] != "processing":
        return
    charge = call.get("charge", intent.body["latest_charge"])
    method = call.get("payment_method", charge.body["payment_method"])
    paid = payment_methods.card_of(method).debit == "succeeds"
    if paid:
        _arrive(call, intent, charge)
    else:
        _return(call, intent, charge, method)
    session = call.store.find(call.account, intent.hidden.get("session", ""), "checkout.session")
    if session is None:
        return
    if paid:
        session.body["payment_status"] = "paid"
        call.store.save(session)
    outcome = "succeeded" if paid else "failed"
    call.emit(f"checkout.session.async_payment_{outcome}", session.body)


def _arrive(call: Call, intent: Record, charge: Record) -> None:
    charge.body |= {"outcome": charging.outcome(None), "paid": True, "status": "succeeded"}
    call.store.save(charge)
    intent.body |= {"amount_received": intent.body["amount"], "status": "succeeded"}
    call.store.save(intent)
    call.emit("charge.succeeded", charge.body)
    call.emit("payment_intent.succeeded", intent.body)
    charging.captured(call, intent, charge)


def _return(call: Call, intent: Record, charge: Record, method: Record) -> None:
    charge.body |= {
        "amount_captured": 0,
        "captured": False,
        "failure_code": REFUSED.code,
        "failure_message": REFUSED.message,
        "outcome": charging.outcome(REFUSED),
        "status": "failed",
    }
    call.store.save(charge)
    intent.body |= {
        "last_payment_error": shapes.part(
            stripe.PaymentIntent.LastPaymentError,
            charge=charge.id,
            code=REFUSED.code,
            message=REFUSED.message,
            payment_method=method.body,
            type="card_error",
        ),
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.store.save(intent)
    call.emit("charge.failed", charge.body)
    call.emit("payment_intent.payment_failed", intent.body)
