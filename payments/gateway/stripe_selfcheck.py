"""The happy paths once against whatever answers as Stripe, compared with what the sandbox answers.

With test-mode keys this shows where the sandbox is wrong. Nothing here moves real money: other keys
are refused before the first call.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import stripe
from django.conf import settings

TEST_KEYS: Final = ("sk_test_", "rk_test_")
AMOUNT: Final = 1_250
PART: Final = 600
# A disputed payment is disputed a moment after it was made.
PATIENCE: Final = 30.0
PAUSE: Final = 0.5
Facts = Mapping[str, object]


class LiveKey(Exception):
    """Only keys of Stripe's test mode are used here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One path: what the sandbox answers, and what was answered."""

    path: str
    expected: Facts
    found: Facts

    @property
    def differences(self) -> tuple[str, ...]:
        """Each fact that is another than the sandbox's, in a line."""
        return tuple(
            f"{name}: {self.found.get(name)!r}, the sandbox answers {self.expected.get(name)!r}"
            for name in {**self.expected, **self.found}
            if self.found.get(name) != self.expected.get(name)
        )


def run(api_key: str, *, patience: float = PATIENCE) -> Iterator[Finding]:
    """Walk every path; a path that fails is found to have failed, and the next one follows.

    :raises LiveKey: the key is none of test mode.
    """
    if not api_key.startswith(TEST_KEYS):
        raise LiveKey
    client = stripe.StripeClient(
        api_key,
        base_addresses={"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {},
        max_network_retries=2,
    )
    for path, (walk, expected) in PATHS.items():
        yield Finding(path=path, expected=expected, found=_walked(walk, client.v1, patience))


def _walked(walk: Callable[[Any, float], Facts], api: Any, patience: float) -> Facts:
    try:
        return walk(api, patience)
    except stripe.StripeError as error:
        return {"error": error.code or type(error).__name__}


def _pay(api: Any, _patience: float) -> Facts:
    intent = _charge(api, "pm_card_visa")
    return {
        "status": intent.status,
        "received": intent.amount_received,
        "paid": intent.latest_charge.paid,
        "last4": intent.latest_charge.payment_method_details.card.last4,
    }


def _decline(api: Any, _patience: float) -> Facts:
    try:
        _charge(api, "pm_card_chargeDeclinedInsufficientFunds")
    except stripe.CardError as error:
        intent = error.error.payment_intent if error.error else None
        return {
            "code": error.code,
            "decline_code": error.error.decline_code if error.error else None,
            "status": intent.status if intent else None,
        }
    return {"code": None}


def _page(api: Any, _patience: float) -> Facts:
    line = {
        "quantity": 1,
        "price_data": {
            "currency": "eur",
            "unit_amount": AMOUNT,
            "product_data": {"name": "Afterward self-check"},
        },
    }
    session = api.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [line],
            "allowed_payment_method_types": ["card"],
            "success_url": "https://example.org/paid",
            "cancel_url": "https://example.org/back",
        }
    )
    facts = {"status": session.status, "payment_status": session.payment_status}
    return facts | {"after": api.checkout.sessions.expire(session.id).status}


def _save_card(api: Any, _patience: float) -> Facts:
    customer = api.customers.create({"name": "Afterward self-check"})
    setup = api.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "usage": "off_session",
        }
    )
    card = api.payment_methods.retrieve(setup.payment_method)
    later = _charge(api, card.id, customer=customer.id, off_session=True)
    gone = api.payment_methods.detach(card.id)
    return {
        "status": setup.status,
        "kept": card.customer == customer.id,
        "off_session": later.status,
        "detached": gone.customer is None,
    }


def _hold(api: Any, _patience: float) -> Facts:
    held = _charge(api, "pm_card_visa", capture_method="manual")
    taken = api.payment_intents.capture(held.id, {"amount_to_capture": PART})
    other = _charge(api, "pm_card_visa", capture_method="manual")
    released = api.payment_intents.cancel(other.id)
    card = held.latest_charge.payment_method_details.card
    return {
        "status": held.status,
        "has_deadline": bool(getattr(card, "capture_before", None)),
        "captured": taken.status,
        "received": taken.amount_received,
        "released": released.status,
    }


def _refund(api: Any, _patience: float) -> Facts:
    intent = _charge(api, "pm_card_visa")
    part = api.refunds.create({"payment_intent": intent.id, "amount": PART})
    try:
        api.refunds.create({"payment_intent": intent.id, "amount": AMOUNT})
    except stripe.InvalidRequestError as error:
        return {"status": part.status, "amount": part.amount, "too_much": error.http_status}
    return {"status": part.status, "amount": part.amount, "too_much": None}


def _dispute(api: Any, patience: float) -> Facts:
    intent = _charge(api, "pm_card_createDispute")
    end = time.monotonic() + patience
    while not (found := api.disputes.list({"payment_intent": intent.id}).data):
        if time.monotonic() > end:
            return {"status": "never disputed"}
        time.sleep(PAUSE)
    answered = api.disputes.update(
        found[0].id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
    )
    return {
        "status": found[0].status,
        "reason": found[0].reason,
        "amount": found[0].amount,
        "answered": answered.status,
    }


def _charge(api: Any, method: str, **more: object) -> Any:
    return api.payment_intents.create(
        {
            "amount": AMOUNT,
            "currency": "eur",
            "payment_method": method,
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "expand": ["latest_charge"],
            **more,
        },
        {"idempotency_key": f"selfcheck:{uuid.uuid4()}"},
    )


PATHS: Final[Mapping[str, tuple[Callable[[Any, float], Facts], Facts]]] = {
    "pay": (_pay, {"status": "succeeded", "received": AMOUNT, "paid": True, "last4": "4242"}),
    "decline": (
        _decline,
        {
            "code": "card_declined",
            "decline_code": "insufficient_funds",
            "status": "requires_payment_method",
        },
    ),
    "page": (_page, {"status": "open", "payment_status": "unpaid", "after": "expired"}),
    "saved card": (
        _save_card,
        {"status": "succeeded", "kept": True, "off_session": "succeeded", "detached": True},
    ),
    "hold": (
        _hold,
        {
            "status": "requires_capture",
            "has_deadline": True,
            "captured": "succeeded",
            "received": PART,
            "released": "canceled",
        },
    ),
    "refund": (_refund, {"status": "succeeded", "amount": PART, "too_much": 400}),
    "dispute": (
        _dispute,
        {
            "status": "needs_response",
            "reason": "fraudulent",
            "amount": AMOUNT,
            "answered": "under_review",
        },
    ),
}
