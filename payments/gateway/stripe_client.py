"""Stripe's client with our keys and time-outs, and its exceptions in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import stripe
from django.conf import settings

from payments.gateway.errors import (
    AmountTooSmall,
    Busy,
    CredentialsInvalid,
    GatewayBug,
    GatewayError,
    NotFound,
    OutcomeUnknown,
)
from payments.gateway.specs import Credentials

WEB_TIMEOUT: Final = (2.0, 8.0)
WORKER_TIMEOUT: Final = (3.0, 20.0)
WORKER_RETRIES: Final = 2
PAGE: Final = 100
HTTP_NOT_FOUND: Final = 404
# A key in use, an object locked by another call, too many calls: none of them happened.
BUSY_STATUSES: Final = frozenset({409, 429})
SORTED: Final[tuple[tuple[type[stripe.StripeError], type[GatewayError]], ...]] = (
    (stripe.AuthenticationError, CredentialsInvalid),
    (stripe.PermissionError, CredentialsInvalid),
    (stripe.IdempotencyError, GatewayBug),
)


class StripeCalls:
    """What every family of calls has: the client of one account."""

    def __init__(self, credentials: Credentials, *, patient: bool = False) -> None:
        stripe.enable_telemetry = False
        self._stripe = stripe.StripeClient(
            credentials.api_key,
            stripe_account=credentials.stripe_account or None,
            base_addresses={"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {},
            max_network_retries=WORKER_RETRIES if patient else 0,
            http_client=stripe.RequestsClient(timeout=WORKER_TIMEOUT if patient else WEB_TIMEOUT),
        )


@contextmanager
def our_errors() -> Iterator[None]:
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
