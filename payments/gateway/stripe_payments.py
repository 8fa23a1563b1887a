"""Stripe's payments, looked at."""

from __future__ import annotations

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.snapshots import PaymentSnapshot
from payments.gateway.stripe_client import StripeCalls, our_errors


class StripePayments(StripeCalls):
    @outside_transaction
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        with our_errors():
            intent = self._stripe.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            )
        return stripe_words.payment(intent)
