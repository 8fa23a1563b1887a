"""What happens when somebody presses a button on a hosted page."""

from __future__ import annotations

from typing import Final

from payments.sandbox import cards
from payments.sandbox.call import Call
from payments.sandbox.cards import Card
from payments.sandbox.errors import ApiError
from payments.sandbox.resources import (
    charging,
    checkout,
    customers,
    debits,
    payment_intents,
    payment_methods,
    setup_intents,
)
from payments.sandbox.store import Record

DONE: Final = frozenset({"processing", "requires_capture", "succeeded"})


def pay(call: Call, session: Record, card: Card, email: str) -> Record:
    """Pay, or keep the card; the intent that comes back says whether the bank wants to be asked.

    :raises ApiError: 402, when the card is declined; the page stays open.
    """
    session.body["customer_details"] = checkout.details(email)
    method = payment_methods.make(call, card, {"email": email})
    intent = _intent(call, session)
    if intent.kind == "setup_intent":
        setup_intents.attempt(call, intent, method)
    elif card.debit:
        debits.begin(call, intent, method)
    else:
        charging.attempt(call, intent, method)
    _complete(call, session, intent)
    return intent


def offered(session: Record) -> tuple[Card, ...]:
    """What this page can be paid with."""
    types = session.body["payment_method_types"]
    return (
        *(cards.CARDS if "card" in types else ()),
        *(cards.DEBITS if "sepa_debit" in types else ()),
    )


def _intent(call: Call, session: Record) -> Record:
    """The intent of this page, made when the page is first paid on."""
    if session.body["mode"] == "setup":
        return call.get("setup_intent", session.body["setup_intent"])
    if session.body["payment_intent"]:
        return call.get("payment_intent", session.body["payment_intent"])
    _make_customer(call, session)
    wishes = session.hidden["wishes"] | {
        "allowed_payment_method_types": session.body["allowed_payment_method_types"],
        "customer": session.body["customer"],
    }
    intent = payment_intents.make(
        call, session.body["amount_total"], session.body["currency"], wishes
    )
    intent.hidden |= {"session": session.id, "base_url": session.hidden["base_url"]}
    call.store.save(intent)
    session.body["payment_intent"] = intent.id
    call.store.save(session)
    return intent


def _make_customer(call: Call, session: Record) -> None:
    keeps = session.hidden["wishes"].get("setup_future_usage")
    wanted = session.body["customer_creation"] == "always" or keeps
    if session.body["customer"] is None and wanted:
        email = session.body["customer_details"]["email"]
        inner = Call(call.store, call.account, {"email": email})
        session.body["customer"] = customers.create(inner)["id"]


def _complete(call: Call, session: Record, intent: Record) -> None:
    if intent.body["status"] not in DONE:
        call.store.save(session)
        return
    paid = intent.kind == "payment_intent" and intent.body["status"] == "succeeded"
    if paid:
        session.body["payment_status"] = "paid"
    session.body |= {"status": "complete", "url": None}
    call.store.save(session)
    call.emit("checkout.session.completed", session.body)


def answer_bank(call: Call, intent: Record, *, approved: bool) -> None:
    """Go on after the bank's page; asked twice, the second time changes nothing.

    :raises ApiError: 402, when the bank or the card says no.
    """
    if intent.body["status"] != "requires_action":
        return
    session = call.store.find(call.account, intent.hidden.get("session", ""), "checkout.session")
    if session is not None and session.body["status"] != "open":
        raise ApiError(400, "This page can no longer be paid.")
    method = call.get("payment_method", intent.body["payment_method"])
    if not approved:
        refuse = setup_intents.fail if intent.kind == "setup_intent" else charging.decline
        refuse(call, intent, method, cards.AUTHENTICATION_FAILED)
    if intent.kind == "setup_intent":
        setup_intents.attempt(call, intent, method, authenticated=True)
    else:
        charging.attempt(call, intent, method, authenticated=True)
    if session is not None:
        _complete(call, session, intent)
