"""The signature on Stripe's webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import stripe

from payments.gateway.port import BadSignature

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
