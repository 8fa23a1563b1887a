"""What an event is about, taken out of its JSON. What it says is never used: we ask again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from payments.gateway.errors import GatewayBug
from payments.gateway.snapshots import EventEnvelope

# What the endpoint subscribes to (docs.stripe.com/api/events/types).
EVENT_TYPES: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.amount_capturable_updated",
    # Also when a bank lets go of held money, beside `charge.expired`.
    "payment_intent.canceled",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)


def read_envelope(text: str) -> EventEnvelope:
    """What a verified event is about.

    :raises GatewayBug: it has no event's shape.
    """
    try:
        return envelope_of(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise GatewayBug("A signed body that is no event.") from error
    except RecursionError as error:
        raise GatewayBug("A signed body nested too deep.") from error


def envelope_of(event: Mapping[str, Any]) -> EventEnvelope:
    """The envelope of an event's JSON."""
    return EventEnvelope(
        event_id=str(event["id"])[:120],
        type=str(event["type"])[:80],
        object_id=str(event["data"]["object"].get("id") or "")[:120],
        livemode=bool(event["livemode"]),
        happened_at=datetime.fromtimestamp(int(event["created"]), tz=UTC),
        stripe_account=str(event.get("account") or "")[:40],
    )
