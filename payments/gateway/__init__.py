"""The door to the card processor: our words in front, Stripe behind."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from payments.gateway.port import PaymentGateway
from payments.gateway.specs import Credentials


def get_gateway(credentials: Credentials, *, patient: bool = False) -> PaymentGateway:
    """The gateway of one account. Found by name, so that nothing loads Stripe's library at start.

    `patient` is for workers: longer time-outs, and repeats of calls that got no answer. Web
    requests leave it off, so that a slow Stripe never holds up the counter.
    """
    made: PaymentGateway = import_string(settings.PAYMENT_GATEWAY)(credentials, patient=patient)
    return made


def verify_webhook(raw: bytes, signature: str | None, secrets: Sequence[str]) -> str:
    """The body of a webhook as text, once the processor's signature on it holds.

    :raises BadSignature: it does not.
    """
    verify = import_string("payments.gateway.stripe_events.verify")
    return str(verify(raw, signature, secrets))
