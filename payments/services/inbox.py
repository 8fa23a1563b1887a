"""What Stripe tells us: stored first, answered at once, made sense of afterwards."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from config.kernel.events import publish
from payments import events
from payments.gateway.errors import GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import EventEnvelope
from payments.models import CheckoutAttempt, InboxEvent, MerchantAccount
from payments.rules.inbox_states import MAX_TRIES, InboxState, wait_before
from payments.services import accounts, snapshots
from payments.services.snapshots import CurrencyChanged, NotOurs

logger = logging.getLogger(__name__)
# A worker that died while it handled an event holds it this long.
LEASE: Final = timedelta(minutes=2)
BATCH: Final = 100


@transaction.atomic
def store(
    *, account: MerchantAccount, envelope: EventEnvelope, raw: str, source: str, now: datetime
) -> bool:
    """Keep a verified event; False when it is here already."""
    event, is_new = InboxEvent.objects.get_or_create(
        account=account,
        event_id=envelope.event_id,
        defaults={
            "type": envelope.type,
            "object_id": envelope.object_id,
            "livemode": envelope.livemode,
            "happened_at": envelope.happened_at,
            "raw": raw,
            "source": source,
            "next_try_at": now,
            "received_at": now,
        },
    )
    if is_new:
        publish(events.GatewayEventReceived(inbox_id=event.pk))
    return is_new


@transaction.atomic
def park(*, account: MerchantAccount, raw: str, now: datetime) -> None:
    """Keep a signed body that is no event, for a person to look at."""
    InboxEvent.objects.create(
        account=account,
        event_id=f"unreadable:{now.isoformat()}",
        type="unreadable",
        livemode=False,
        happened_at=now,
        raw=raw,
        source="webhook",
        state=InboxState.FAILED,
        next_try_at=now,
        received_at=now,
        error="The body is signed but is no event.",
    )


def handle_waiting(*, now: datetime) -> int:
    """Make sense of every event that waits; one that fails does not hold up the rest."""
    waiting = InboxEvent.objects.waiting(now).order_by("next_try_at").values_list("id", flat=True)
    handled = 0
    for event_id in list(waiting[:BATCH]):
        if _claim(event_id, now=now):
            handle(event_id=event_id, now=now)
            handled += 1
    return handled


def handle(*, event_id: int, now: datetime) -> None:
    """Ask Stripe how things stand with what the event is about, and take that over."""
    event = InboxEvent.objects.select_related("account").get(id=event_id)
    try:
        state = _take_over(event, accounts.gateway_of(event.account, patient=True), now=now)
    except NotOurs:
        state = InboxState.IGNORED
    except (GatewayError, CheckoutAttempt.DoesNotExist, CurrencyChanged) as error:
        _try_later(event, error, now=now)
        return
    except Exception as error:
        # A poisoned event is parked after its tries; it must never stop the ones behind it.
        logger.exception("Event %s could not be handled", event.event_id)
        _try_later(event, error, now=now)
        return
    event.state, event.handled_at, event.error = state, now, ""
    event.tries += 1
    event.save(update_fields=["state", "handled_at", "error", "tries"])


def _take_over(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> InboxState:
    if event.type.startswith("checkout.session."):
        snapshots.apply_checkout(gateway.get_checkout(event.object_id), now=now)
    elif event.type.startswith("payment_intent."):
        snapshots.apply_payment(gateway.get_payment(event.object_id), now=now)
    else:
        return InboxState.IGNORED
    return InboxState.DONE


def _claim(event_id: int, *, now: datetime) -> bool:
    claimed = InboxEvent.objects.waiting(now).filter(id=event_id)
    return claimed.update(next_try_at=now + LEASE) == 1


def _try_later(event: InboxEvent, error: Exception, *, now: datetime) -> None:
    event.tries += 1
    is_last = event.tries >= MAX_TRIES
    event.state = InboxState.FAILED if is_last else InboxState.DEFERRED
    event.next_try_at = now + wait_before(event.tries)
    event.error = f"{type(error).__name__}: {error}"[:300]
    event.save(update_fields=["tries", "state", "next_try_at", "error"])
    if is_last:
        logger.error("Event %s failed %s times and waits for a person", event.event_id, event.tries)
