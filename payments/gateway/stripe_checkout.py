"""Stripe's pages to pay on: opened, looked at, closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.errors import GatewayBug
from payments.gateway.snapshots import CheckoutSnapshot
from payments.gateway.specs import CheckoutSpec
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

EXPANDED: Final = ["payment_intent.latest_charge", "setup_intent.payment_method"]


class StripeCheckout(StripeCalls):
    @outside_transaction
    def open_payment_checkout(self, spec: CheckoutSpec, *, key: str) -> CheckoutSnapshot:
        with our_errors():
            session = self._stripe.v1.checkout.sessions.create(
                _session_params(spec), {"idempotency_key": key}
            )
        return stripe_words.checkout(session)

    @outside_transaction
    def get_checkout(self, session_id: str) -> CheckoutSnapshot:
        with our_errors():
            session = self._stripe.v1.checkout.sessions.retrieve(session_id, {"expand": EXPANDED})
        return stripe_words.checkout(session)

    @outside_transaction
    def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSnapshot:
        try:
            with our_errors():
                session = self._stripe.v1.checkout.sessions.expire(
                    session_id, {"expand": EXPANDED}, {"idempotency_key": key}
                )
        except GatewayBug:
            # Only open pages can be expired; what it is instead decides what happened.
            return self.get_checkout(session_id)
        return stripe_words.checkout(session)

    @outside_transaction
    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        with our_errors():
            sessions = self._stripe.v1.checkout.sessions.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": PAGE,
                    "expand": [f"data.{path}" for path in EXPANDED],
                }
            )
            for session in sessions.auto_paging_iter():
                yield stripe_words.checkout(session)


def _session_params(spec: CheckoutSpec) -> SessionCreateParams:
    lines = [stripe_words.line(spec.description, spec.amount)]
    if spec.tip.is_positive:
        lines.append(stripe_words.line(spec.tip_description, spec.tip))
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": spec.reference,
        "line_items": lines,
        "allowed_payment_method_types": ["card"],
        "success_url": spec.success_url,
        "cancel_url": spec.cancel_url,
        "expires_at": int(spec.expires_at.timestamp()),
        "locale": stripe_words.locale(spec.locale),
        "metadata": dict(spec.metadata),
        "payment_intent_data": {
            "description": spec.description,
            "metadata": dict(spec.metadata),
        },
    }
    if spec.is_hold:
        params["payment_intent_data"]["capture_method"] = "manual"
    if spec.email:
        params["customer_email"] = spec.email
    return params
