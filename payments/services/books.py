"""Stripe's books beside ours: fees and payouts taken over, and every difference written down.

Asked every night, and by hand: `manage.py reconcile`. What can be mended is mended by the services
that own it; only what is left after that is a difference for a person.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from payments.gateway.errors import GatewayError, NotFound
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import (
    IntentStatus,
    PaymentSnapshot,
    RefundSnapshot,
)
from payments.models import (
    CheckoutAttempt,
    Difference,
    MerchantAccount,
    Payment,
    Refund,
)
from payments.rules.differences import DifferenceKind
from payments.services import accounts, balance, differences, hold_books, hold_news, snapshots
from payments.services.marks import NotOurs, subject_of
from payments.services.snapshots import CurrencyChanged

logger = logging.getLogger(__name__)
# A payment made in the last minutes may be on its way to us still.
NEWS_TAKES: Final = timedelta(minutes=15)
LOOK_BACK: Final = timedelta(days=4)
FIRST_LOOK_BACK: Final = timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one look at the books of all accounts came to."""

    accounts: int
    failed: int
    found: int


def compare_all(*, now: datetime, since: datetime | None = None) -> Compared:
    """Take over fees and payouts of every account, and write down what differs."""
    accounts.house_account()
    looked_at = failed = 0
    before = Difference.objects.open().count()
    for account in MerchantAccount.objects.filter(refused_because=""):
        looked_at += 1
        try:
            compare(account, since=since or _since(account, now=now), now=now)
        except GatewayError:
            failed += 1
            logger.exception("The books of account %s could not be read", account.id)
    return Compared(
        accounts=looked_at, failed=failed, found=Difference.objects.open().count() - before
    )


def compare(account: MerchantAccount, *, since: datetime, now: datetime) -> None:
    """One account's books since a moment.

    :raises GatewayError: Stripe could not be asked; what was found until then is kept.
    """
    gateway = accounts.gateway_of(account, patient=True)
    for payment in list(gateway.list_payments(since=since)):
        if payment.created_at <= now - NEWS_TAKES:
            _compare_payment(account, gateway, payment, now=now)
    _look_for_unknown(account, gateway, since=since, now=now)
    for refund in list(gateway.list_refunds(since=since)):
        _compare_refund(account, refund, now=now)
    balance.take_over(account, gateway, since=since, now=now)
    account.books_seen_until = now
    account.save(update_fields=["books_seen_until"])


def _since(account: MerchantAccount, *, now: datetime) -> datetime:
    seen_until = account.books_seen_until
    return seen_until - LOOK_BACK if seen_until else now - FIRST_LOOK_BACK


def _compare_payment(
    account: MerchantAccount, gateway: PaymentGateway, paid: PaymentSnapshot, *, now: datetime
) -> None:
    with suppress(NotOurs):
        if hold_news.is_about_hold(paid.metadata):
            hold_books.compare(account, gateway, paid, now=now)
            return
        subject_of(paid.metadata, "tab")
        if paid.status == IntentStatus.HELD:
            hold_books.let_go(account, gateway, paid, now=now)
        if paid.status == IntentStatus.SUCCEEDED:
            _compare_money(account, paid, now=now)


def _compare_money(account: MerchantAccount, paid: PaymentSnapshot, *, now: datetime) -> None:
    known = Payment.objects.filter(account=account, intent_id=paid.intent_id).first()
    if known is None:
        # Its news may simply have been lost: taking it over mends that.
        with suppress(CheckoutAttempt.DoesNotExist, CurrencyChanged):
            snapshots.apply_payment(paid, now=now)
        known = Payment.objects.filter(account=account, intent_id=paid.intent_id).first()
    kind = DifferenceKind.PAYMENT_MISSING_HERE if known is None else DifferenceKind.PAYMENT_AMOUNT
    if known is not None and known.charge == paid.received:
        differences.mended(account, paid.intent_id, now=now)
        return
    differences.write(
        account,
        kind,
        paid.intent_id,
        venue_id=known.tab.venue_id if known else hold_books.venue_of(paid),
        theirs=paid.received,
        ours=known.charge if known else None,
        now=now,
    )


def _compare_refund(account: MerchantAccount, refund: RefundSnapshot, *, now: datetime) -> None:
    """Refunds that are not here are adopted by the sweep of refunds; their amounts are not."""
    ours = Refund.objects.filter(account=account, external_id=refund.refund_id).first()
    if ours is None or ours.whole == refund.amount:
        return
    differences.write(
        account,
        DifferenceKind.REFUND_AMOUNT,
        refund.refund_id,
        venue_id=ours.tab.venue_id,
        theirs=refund.amount,
        ours=ours.whole,
        now=now,
    )


def _look_for_unknown(
    account: MerchantAccount, gateway: PaymentGateway, *, since: datetime, now: datetime
) -> None:
    """Payments of ours that Stripe's list does not hold are asked for one by one."""
    listed = {payment.intent_id for payment in gateway.list_payments(since=since)}
    ours = Payment.objects.filter(account=account, paid_at__gte=since).exclude(intent_id__in=listed)
    for payment in ours.select_related("tab"):
        try:
            gateway.get_payment(payment.intent_id)
        except NotFound:
            differences.write(
                account,
                DifferenceKind.PAYMENT_MISSING_THERE,
                payment.intent_id,
                venue_id=payment.tab.venue_id,
                theirs=None,
                ours=payment.charge,
                now=now,
            )
