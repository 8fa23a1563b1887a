"""Finding what got lost: calls without an answer, pages without news, events never delivered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from orders.models import Tab
from payments.gateway.envelopes import EVENT_TYPES
from payments.gateway.errors import NotFound
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import RefundSnapshot
from payments.models import CheckoutAttempt, GatewayOperation, MerchantAccount, PaymentRequest
from payments.rules.operation_states import OperationKind
from payments.rules.request_states import RequestState
from payments.services import (
    accounts,
    card_sweeps,
    checkout,
    evidence,
    hold_errands,
    inbox,
    refund_news,
    refunds,
    saved_charges,
)
from payments.services.marks import NotOurs

logger = logging.getLogger(__name__)
LEFT_OPEN_AFTER: Final = timedelta(seconds=60)
# Events are asked for again from an hour before the last look: they arrive in no order.
LOOK_BACK: Final = timedelta(hours=1)
FIRST_LOOK_BACK: Final = timedelta(days=3)
# A bank may send a refund back for about a month.
REFUNDS_LOOK_BACK: Final = timedelta(days=35)
BATCH: Final = 200
T = TypeVar("T")


class Resolve(Protocol):
    def __call__(self, operation: GatewayOperation, *, now: datetime) -> object: ...


# Every kind of call knows by itself what its late outcome means.
RESOLVE: Final[Mapping[OperationKind, Resolve]] = {
    OperationKind.OPEN_CHECKOUT: checkout.resolve_opening,
    OperationKind.EXPIRE_CHECKOUT: checkout.resolve_closing,
    OperationKind.REFUND: refunds.resolve,
    OperationKind.SUBMIT_EVIDENCE: evidence.resolve,
    OperationKind.MAKE_CUSTOMER: card_sweeps.resume,
    OperationKind.OPEN_SETUP: card_sweeps.resume,
    OperationKind.DETACH_CARD: card_sweeps.resume,
    OperationKind.CHARGE_SAVED: saved_charges.resume,
    OperationKind.RELEASE_CHARGE: saved_charges.resume,
    **dict.fromkeys(hold_errands.MADE, hold_errands.resume),
}


def resolve_operations(*, now: datetime) -> int:
    """Ask again, under the same key, for every call that never got an answer."""
    left = GatewayOperation.objects.unresolved().older_than(now - LEFT_OPEN_AFTER)
    left = left.filter(account__refused_because="")
    operations_left = left.select_related("account", "tab").order_by("created_at")[:BATCH]
    return _each(
        operations_left,
        lambda operation: RESOLVE[OperationKind(operation.kind)](operation, now=now),
    )


def check_pages(*, now: datetime) -> int:
    """Ask Stripe about open pages whose news is overdue, and about those whose time ran out."""
    overdue = CheckoutAttempt.objects.reserving().filter(
        next_check_at__lte=now, session_id__isnull=False, account__refused_because=""
    )
    return _each(overdue.order_by("next_check_at")[:BATCH], lambda page: _check(page, now=now))


def fetch_undelivered(*, now: datetime) -> int:
    """Bring in every event Stripe could not deliver since the last look."""
    accounts.house_account()
    # Also of accounts that were left: payments into them may still be news.
    return _each(
        MerchantAccount.objects.filter(refused_because=""), lambda account: _fetch(account, now=now)
    )


def check_refunds(*, now: datetime) -> int:
    """Take over what became of refunds made of late, by us or by somebody at Stripe itself."""
    askable = MerchantAccount.objects.filter(refused_because="")
    return _each(askable, lambda account: _hear_refunds(account, now=now))


def find_uncharged(*, now: datetime) -> int:
    """Count closed tabs nobody was asked to pay. There should never be one: it is an alarm."""
    asked = PaymentRequest.objects.filter(state=RequestState.PENDING).values("tab_id")
    uncharged = Tab.objects.owing().filter(closed_at__lt=now).exclude(id__in=asked).count()
    if uncharged:
        logger.error("%s closed tabs have no live payment request", uncharged)
    return uncharged


def _check(attempt: CheckoutAttempt, *, now: datetime) -> None:
    attempt.checked(now=now)
    try:
        checkout.refresh(attempt_id=attempt.id, now=now, patient=True)
    except NotFound:
        logger.exception("Stripe does not know the page of attempt %s", attempt.id)


def _fetch(account: MerchantAccount, *, now: datetime) -> None:
    seen_until = account.events_seen_until
    since = seen_until - LOOK_BACK if seen_until else now - FIRST_LOOK_BACK
    gateway = accounts.gateway_of(account, patient=True)
    for event in gateway.list_undelivered_events(since=since, types=EVENT_TYPES):
        inbox.store(
            account=account, envelope=event.envelope, raw=event.raw, source="sweep", now=now
        )
    account.events_seen_until = now
    account.save(update_fields=["events_seen_until"])


def _hear_refunds(account: MerchantAccount, *, now: datetime) -> None:
    gateway = accounts.gateway_of(account, patient=True)
    recent = list(gateway.list_refunds(since=now - REFUNDS_LOOK_BACK))
    # The oldest first, so that what was given back in parts is taken over in that order.
    _each(reversed(recent), lambda refund: _hear(refund, account, gateway, now=now))


def _hear(
    refund: RefundSnapshot, account: MerchantAccount, gateway: PaymentGateway, *, now: datetime
) -> None:
    with suppress(NotOurs):
        heard = refund_news.ask(refund, account, gateway)
        refund_news.hear(heard, account=account, now=now)


def _each(items: Iterable[T], work: Callable[[T], object]) -> int:
    """Do the work for each; one that fails is logged and left for the next round."""
    done = 0
    for item in items:
        try:
            work(item)
        except Exception:
            logger.exception("%s is left for the next round", item)
        else:
            done += 1
    return done
