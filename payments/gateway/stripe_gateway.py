"""The gateway, spoken to Stripe. The local sandbox is the same class at another address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

import stripe
from django.conf import settings

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.envelopes import envelope_of
from payments.gateway.port import (
    AmountTooSmall,
    Busy,
    CheckoutSnapshot,
    CheckoutSpec,
    Credentials,
    CredentialsInvalid,
    GatewayBug,
    GatewayError,
    NotFound,
    OutcomeUnknown,
    PaymentSnapshot,
    UndeliveredEvent,
)

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

WEB_TIMEOUT: Final = (2.0, 8.0)
WORKER_TIMEOUT: Final = (3.0, 20.0)
WORKER_RETRIES: Final = 2
EXPANDED: Final = ["payment_intent.latest_charge"]
PAGE: Final = 100
HTTP_NOT_FOUND: Final = 404
# A key in use, an object locked by another call, too many calls: none of them happened.
BUSY_STATUSES: Final = frozenset({409, 429})
SORTED: Final[tuple[tuple[type[stripe.StripeError], type[GatewayError]], ...]] = (
    (stripe.AuthenticationError, CredentialsInvalid),
    (stripe.PermissionError, CredentialsInvalid),
    (stripe.IdempotencyError, GatewayBug),
)


class StripeGateway:
    """One Stripe account, at the pinned API version of the library."""

    def __init__(self, credentials: Credentials, *, patient: bool = False) -> None:
        stripe.enable_telemetry = False
        self._stripe = stripe.StripeClient(
            credentials.api_key,
            stripe_account=credentials.stripe_account or None,
            base_addresses={"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {},
            max_network_retries=WORKER_RETRIES if patient else 0,
            http_client=stripe.RequestsClient(timeout=WORKER_TIMEOUT if patient else WEB_TIMEOUT),
        )

    @outside_transaction
    def open_payment_checkout(self, spec: CheckoutSpec, *, key: str) -> CheckoutSnapshot:
        with _our_errors():
            session = self._stripe.v1.checkout.sessions.create(
                _session_params(spec), {"idempotency_key": key}
            )
        return stripe_words.checkout(session)

    @outside_transaction
    def get_checkout(self, session_id: str) -> CheckoutSnapshot:
        with _our_errors():
            session = self._stripe.v1.checkout.sessions.retrieve(session_id, {"expand": EXPANDED})
        return stripe_words.checkout(session)

    @outside_transaction
    def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSnapshot:
        try:
            with _our_errors():
                session = self._stripe.v1.checkout.sessions.expire(
                    session_id, {"expand": EXPANDED}, {"idempotency_key": key}
                )
        except GatewayBug:
            # Only open pages can be expired; what it is instead decides what happened.
            return self.get_checkout(session_id)
        return stripe_words.checkout(session)

    @outside_transaction
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        with _our_errors():
            intent = self._stripe.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            )
        return stripe_words.payment(intent)

    @outside_transaction
    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        with _our_errors():
            sessions = self._stripe.v1.checkout.sessions.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": PAGE,
                    "expand": [f"data.{path}" for path in EXPANDED],
                }
            )
            for session in sessions.auto_paging_iter():
                yield stripe_words.checkout(session)

    @outside_transaction
    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        with _our_errors():
            events = self._stripe.v1.events.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "delivery_success": False,
                    "limit": PAGE,
                    "types": list(types),
                }
            )
            for event in events.auto_paging_iter():
                body = event.to_dict()
                yield UndeliveredEvent(envelope=envelope_of(body), raw=json.dumps(body))


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
    if spec.email:
        params["customer_email"] = spec.email
    return params


@contextmanager
def _our_errors() -> Iterator[None]:
    """Translate Stripe's exceptions by the one question that matters: did it happen."""
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error) from error


def _ours(error: stripe.StripeError) -> GatewayError:
    said = f"{error.code or type(error).__name__} ({error.request_id or 'no request id'})"
    if error.http_status in BUSY_STATUSES:
        return Busy(said)
    for theirs, ours in SORTED:
        if isinstance(error, theirs):
            return ours(said)
    if isinstance(error, stripe.InvalidRequestError):
        return _refusal(error)(said)
    return OutcomeUnknown(said)


def _refusal(error: stripe.InvalidRequestError) -> type[GatewayError]:
    if error.code == "amount_too_small":
        return AmountTooSmall
    return NotFound if error.http_status == HTTP_NOT_FOUND else GatewayBug
