"""Stripe's refunds: made, looked at, listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import stripe

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.errors import GatewayBug, NotRefundable
from payments.gateway.snapshots import RefundSnapshot
from payments.gateway.specs import RefundSpec
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors


class StripeRefunds(StripeCalls):
    @outside_transaction
    def refund(self, spec: RefundSpec, *, key: str) -> RefundSnapshot:
        try:
            with our_errors():
                refund = self._stripe.v1.refunds.create(
                    {
                        "payment_intent": spec.intent_id,
                        "amount": spec.amount.minor,
                        "metadata": dict(spec.metadata),
                    },
                    {"idempotency_key": key},
                )
        except GatewayBug as error:
            # Stripe has no code for "more than is left"; what it refuses here is the refund.
            if isinstance(error.__cause__, stripe.InvalidRequestError):
                raise NotRefundable(str(error)) from error
            raise
        return stripe_words.refund(refund)

    @outside_transaction
    def get_refund(self, refund_id: str) -> RefundSnapshot:
        with our_errors():
            refund = self._stripe.v1.refunds.retrieve(refund_id)
        return stripe_words.refund(refund)

    @outside_transaction
    def list_refunds(self, *, since: datetime) -> Iterator[RefundSnapshot]:
        with our_errors():
            refunds = self._stripe.v1.refunds.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            for refund in refunds.auto_paging_iter():
                yield stripe_words.refund(refund)

    @outside_transaction
    def list_refunds_of(self, intent_id: str) -> Iterator[RefundSnapshot]:
        with our_errors():
            refunds = self._stripe.v1.refunds.list({"payment_intent": intent_id, "limit": PAGE})
            for refund in refunds.auto_paging_iter():
                yield stripe_words.refund(refund)
