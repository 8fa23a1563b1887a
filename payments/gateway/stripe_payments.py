"""Stripe's payments: looked at, listed, taken where they are held, given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from config.kernel.money import Money
from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.errors import GatewayBug
from payments.gateway.snapshots import IntentStatus, PaymentSnapshot
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors


class StripePayments(StripeCalls):
    @outside_transaction
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        with our_errors():
            intent = self._stripe.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            )
        return stripe_words.payment(intent)

    @outside_transaction
    def release_payment(self, intent_id: str, *, key: str) -> PaymentSnapshot:
        try:
            with our_errors():
                intent = self._stripe.v1.payment_intents.cancel(
                    intent_id, {"expand": ["latest_charge"]}, {"idempotency_key": key}
                )
        except GatewayBug:
            # What has taken money, or was given up before, cannot be: what it is decides.
            return self.get_payment(intent_id)
        return stripe_words.payment(intent)

    @outside_transaction
    def capture(self, intent_id: str, amount: Money, *, key: str) -> PaymentSnapshot:
        try:
            with our_errors():
                intent = self._stripe.v1.payment_intents.capture(
                    intent_id,
                    {"amount_to_capture": amount.minor, "expand": ["latest_charge"]},
                    {"idempotency_key": key},
                )
        except GatewayBug:
            # What is held no longer cannot be taken; what it is instead decides. Held all the
            # same, something was wrong with the call.
            left = self.get_payment(intent_id)
            if left.status == IntentStatus.HELD:
                raise
            return left
        return stripe_words.payment(intent)

    @outside_transaction
    def list_payments(self, *, since: datetime) -> Iterator[PaymentSnapshot]:
        with our_errors():
            intents = self._stripe.v1.payment_intents.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": PAGE,
                    "expand": ["data.latest_charge"],
                }
            )
            for intent in intents.auto_paging_iter():
                yield stripe_words.payment(intent)
