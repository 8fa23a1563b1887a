"""Stripe's objects in our words, and ours in Stripe's. Its objects go no further than this."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, cast

import stripe

from config.kernel.money import Money
from payments.gateway.snapshots import (
    CardSnapshot,
    CheckoutSnapshot,
    IntentStatus,
    PageStatus,
    PaymentSnapshot,
    RefundSnapshot,
    RefundStatus,
    SetupSnapshot,
)

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParamsLineItem

INTENT_STATUSES: Final[Mapping[str, IntentStatus]] = {
    "succeeded": IntentStatus.SUCCEEDED,
    "processing": IntentStatus.PROCESSING,
    "requires_capture": IntentStatus.HELD,
    "canceled": IntentStatus.CANCELED,
}
REFUND_STATUSES: Final[Mapping[str, RefundStatus]] = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELED,
}
# Of Stripe's page languages, those we may ask for; everything else is left to the browser.
LOCALES: Final = frozenset({"en", "en-GB", "de", "es", "fr", "it", "ja", "ko", "nl", "pt"})
Locale = Literal["auto", "en"]


def money(minor: int, currency: str) -> Money:
    return Money(minor, currency.upper())


def line(name: str, amount: Money) -> SessionCreateParamsLineItem:
    """One line of a page: gross, once, in the currency's own minor units."""
    return {
        "quantity": 1,
        "price_data": {
            "currency": amount.currency.lower(),
            "unit_amount": amount.minor,
            "product_data": {"name": name},
        },
    }


def locale(language: str) -> Locale:
    return cast("Locale", language if language in LOCALES else "auto")


def checkout(session: stripe.checkout.Session) -> CheckoutSnapshot:
    """A page, with its payment where the payment was expanded."""
    intent, kept = session.payment_intent, session.setup_intent
    details = session.customer_details
    return CheckoutSnapshot(
        session_id=session.id,
        url=session.url or "",
        status=PageStatus(session.status or PageStatus.OPEN),
        email=(details.email if details else None) or session.customer_email or "",
        payment=payment(intent) if isinstance(intent, stripe.PaymentIntent) else None,
        metadata=plain(session.metadata),
        setup=setup(kept) if isinstance(kept, stripe.SetupIntent) else None,
    )


def setup(intent: stripe.SetupIntent) -> SetupSnapshot:
    """A card being kept; it counts only once it is, and with all that is known of it."""
    method = intent.payment_method
    is_kept = intent.status == "succeeded" and isinstance(method, stripe.PaymentMethod)
    return SetupSnapshot(
        setup_id=intent.id,
        card=card(cast("stripe.PaymentMethod", method)) if is_kept else None,
        metadata=plain(intent.metadata),
    )


def card(method: stripe.PaymentMethod) -> CardSnapshot:
    owner = method.customer
    return CardSnapshot(
        card_ref=method.id,
        customer_ref=owner.id if isinstance(owner, stripe.Customer) else owner or "",
        brand=method.card.brand if method.card else "",
        last4=(method.card.last4 if method.card else None) or "",
    )


def payment(intent: stripe.PaymentIntent) -> PaymentSnapshot:
    charge = intent.latest_charge
    charge = charge if isinstance(charge, stripe.Charge) else None
    details = charge.payment_method_details if charge else None
    card = details.card if details else None
    billing = charge.billing_details if charge else None
    # The field is there only on a charge that was or is held.
    capture_before = getattr(card, "capture_before", None)
    error = intent.last_payment_error
    return PaymentSnapshot(
        intent_id=intent.id,
        status=INTENT_STATUSES.get(intent.status, IntentStatus.WAITING),
        amount=money(intent.amount, intent.currency),
        received=money(intent.amount_received, intent.currency),
        charge_id=charge.id if charge else "",
        card_brand=(card.brand if card else None) or "",
        card_last4=(card.last4 if card else None) or "",
        email=(billing.email if billing else None) or "",
        decline_code=((error.decline_code or error.code) if error else None) or "",
        metadata=plain(intent.metadata),
        created_at=datetime.fromtimestamp(intent.created, tz=UTC),
        capture_before=datetime.fromtimestamp(capture_before, tz=UTC) if capture_before else None,
    )


def refund(refund: stripe.Refund) -> RefundSnapshot:
    """A refund; one that waits for the customer to act is on its way as far as we are concerned."""
    intent = refund.payment_intent
    return RefundSnapshot(
        refund_id=refund.id,
        intent_id=(intent if isinstance(intent, str) else intent.id) if intent else "",
        status=REFUND_STATUSES.get(refund.status or "", RefundStatus.PENDING),
        amount=money(refund.amount, refund.currency),
        # The field is there only once it failed.
        failure_code=getattr(refund, "failure_reason", None) or "",
        metadata=plain(refund.metadata),
        created_at=datetime.fromtimestamp(refund.created, tz=UTC),
    )


def plain(metadata: object) -> Mapping[str, str]:
    """Metadata as a dictionary of its own."""
    return metadata.to_dict() if isinstance(metadata, stripe.StripeObject) else {}
