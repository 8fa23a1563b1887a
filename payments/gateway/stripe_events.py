"""Stripe's events: the signature on its webhooks, and those it could not deliver."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import stripe

from config.kernel.transactions import outside_transaction
from payments.gateway.envelopes import envelope_of
from payments.gateway.errors import BadSignature
from payments.gateway.snapshots import UndeliveredEvent
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors

TOLERANCE_SECONDS: Final = 300


def verify(raw: bytes, signature: str | None, secrets: Sequence[str]) -> str:
    """The body as text, once one of the secrets has signed it.

    :raises BadSignature: no secret fits, the stamp is older than five minutes, or it is no text.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadSignature from error
    for secret in secrets:
        if secret and signature and _signed_by(secret, text, signature):
            return text
    raise BadSignature


def _signed_by(secret: str, text: str, signature: str) -> bool:
    try:
        return bool(
            stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
        )
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False


class StripeEvents(StripeCalls):
    @outside_transaction
    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        with our_errors():
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
