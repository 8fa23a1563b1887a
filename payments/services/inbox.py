"""What Stripe tells us: stored first, answered at once, made sense of afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField

from config.kernel.events import publish
from config.kernel.prepared import Prepared, insert
from payments import events
from payments.gateway.errors import GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import EventEnvelope
from payments.models import InboxEvent, MerchantAccount
from payments.rules.inbox_states import MAX_TRIES, InboxState, wait_before
from payments.services import accounts, card_pages, disputes, hold_news, refund_news, snapshots
from payments.services.marks import NotOurs
from payments.services.snapshots import CurrencyChanged

logger = logging.getLogger(__name__)
# A worker that died while it handled an event holds it this long.
LEASE: Final = timedelta(minutes=2)
BATCH: Final = 100
_WAITING: Final = Prepared(
    lambda place: (
        InboxEvent.objects.waiting(place("now", DateTimeField()))
        # What cannot be asked about now is no failure of the event's: it waits for better keys.
        .filter(account__refused_because="")
        .select_related("account")
        .order_by("next_try_at")[:BATCH]
    )
)


TakeOver = Callable[[], object]


class Ask(Protocol):
    """Asks Stripe about what an event names, and says what to do with the answer."""

    def __call__(
        self, event: InboxEvent, gateway: PaymentGateway, *, now: datetime
    ) -> TakeOver: ...


def store(
    *, account: MerchantAccount, envelope: EventEnvelope, raw: str, source: str, now: datetime
) -> bool:
    """Keep a verified event; False when it is here already."""
    try:
        # Nearly always it is new; that it is not, the database says.
        with transaction.atomic():
            event = InboxEvent(
                account=account,
                event_id=envelope.event_id,
                type=envelope.type,
                object_id=envelope.object_id,
                livemode=envelope.livemode,
                happened_at=envelope.happened_at,
                raw=raw,
                source=source,
                next_try_at=now,
                received_at=now,
            )
            insert(event)
            publish(events.GatewayEventReceived(inbox_id=event.pk))
    except IntegrityError:
        if InboxEvent.objects.filter(account=account, event_id=envelope.event_id).exists():
            return False
        raise
    return True


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
    handled = 0
    for event in _WAITING.all(now=now):
        if _claim(event, now=now):
            _handle(event, now=now)
            handled += 1
    return handled


def handle(*, event_id: int, now: datetime) -> None:
    """Make sense of one event now, whatever came of it before."""
    _handle(InboxEvent.objects.select_related("account").get(id=event_id), now=now)


def _handle(event: InboxEvent, *, now: datetime) -> None:
    """Ask Stripe how things stand with what the event is about, and take that over."""
    try:
        take_over = _ask(event, accounts.gateway_of(event.account, patient=True), now=now)
        with transaction.atomic():
            if take_over is not None:
                take_over()
            _finish(event, InboxState.DONE if take_over else InboxState.IGNORED, now=now)
    except NotOurs:
        _finish(event, InboxState.IGNORED, now=now)
    except (GatewayError, ObjectDoesNotExist, CurrencyChanged) as error:
        _try_later(event, error, now=now)
    except Exception as error:
        # A poisoned event is parked after its tries; it must never stop the ones behind it.
        logger.exception("Event %s could not be handled", event.event_id)
        _try_later(event, error, now=now)


def _ask(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver | None:
    """What is to be done with Stripe's answer; None when the event is about nothing of ours."""
    for start, ask in ASKED.items():
        if event.type.startswith(start):
            return ask(event, gateway, now=now)
    return None


def _ask_page(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    page = gateway.get_checkout(event.object_id)
    if hold_news.is_about_hold(page.metadata):
        return partial(hold_news.take_over_page, page, now=now)
    if card_pages.is_about_card(page.metadata):
        return partial(card_pages.take_over, page, now=now)
    return partial(snapshots.apply_checkout, page, now=now)


def _ask_payment(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    payment = gateway.get_payment(event.object_id)
    if hold_news.is_about_hold(payment.metadata):
        return partial(hold_news.take_over_payment, payment, now=now)
    return partial(snapshots.apply_payment, payment, now=now)


def _ask_refund(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    heard = [refund_news.ask(gateway.get_refund(event.object_id), event.account, gateway)]
    return partial(refund_news.hear_all, heard, account=event.account, now=now)


def _ask_refunds(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    heard = refund_news.ask_of_charge(event.object_id, event.account, gateway)
    return partial(refund_news.hear_all, heard, account=event.account, now=now)


def _ask_card(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    card = gateway.get_card(event.object_id)
    return partial(card_pages.take_over_card, card, now=now)


def _ask_dispute(event: InboxEvent, gateway: PaymentGateway, *, now: datetime) -> TakeOver:
    snapshot = gateway.get_dispute(event.object_id)
    unknown = disputes.ask_for_payment(snapshot, account=event.account, gateway=gateway)
    return partial(disputes.take_over, snapshot, unknown=unknown, account=event.account, now=now)


# Which question is asked about which events, by how their types begin.
ASKED: Final[Mapping[str, Ask]] = {
    "checkout.session.": _ask_page,
    "payment_intent.": _ask_payment,
    "payment_method.": _ask_card,
    "refund.": _ask_refund,
    "charge.refunded": _ask_refunds,
    "charge.dispute.": _ask_dispute,
}


def _claim(event: InboxEvent, *, now: datetime) -> bool:
    """Hold it for a while, unless somebody has touched it since it was read."""
    unchanged = InboxEvent.objects.filter(
        id=event.pk, state=event.state, next_try_at=event.next_try_at
    )
    return unchanged.update(next_try_at=now + LEASE) == 1


def _finish(event: InboxEvent, state: InboxState, *, now: datetime) -> None:
    InboxEvent.objects.filter(id=event.pk).update(
        state=state, handled_at=now, error="", tries=event.tries + 1
    )


def _try_later(event: InboxEvent, error: Exception, *, now: datetime) -> None:
    event.tries += 1
    is_last = event.tries >= MAX_TRIES
    event.state = InboxState.FAILED if is_last else InboxState.DEFERRED
    event.next_try_at = now + wait_before(event.tries)
    event.error = f"{type(error).__name__}: {error}"[:300]
    event.save(update_fields=["tries", "state", "next_try_at", "error"])
    if is_last:
        logger.error("Event %s failed %s times and waits for a person", event.event_id, event.tries)
