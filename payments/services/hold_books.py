"""Held money at Stripe beside ours: what nobody here knows of is let go, what differs is listed."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from orders.models import Venue
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import IntentStatus, PaymentSnapshot
from payments.models import Hold, MerchantAccount
from payments.rules.differences import DifferenceKind
from payments.services import differences, hold_news
from payments.services.hold_news import TakenElsewhere
from payments.services.marks import NotOurs, subject_of

logger = logging.getLogger(__name__)


def compare(
    account: MerchantAccount, gateway: PaymentGateway, paid: PaymentSnapshot, *, now: datetime
) -> None:
    """Take over news that got lost, and let go of what nobody here would ever let go.

    :raises NotOurs: another installation holds it.
    """
    hold_id = subject_of(paid.metadata, "hold")
    with suppress(Hold.DoesNotExist, TakenElsewhere):
        hold_news.take_over_payment(paid, now=now)
    ours = Hold.objects.filter(account=account, id=hold_id).first()
    if paid.status == IntentStatus.HELD and (ours is None or not ours.is_live):
        let_go(account, gateway, paid, now=now)
    if paid.status == IntentStatus.SUCCEEDED:
        _compare_money(account, ours, paid, now=now)


def let_go(
    account: MerchantAccount, gateway: PaymentGateway, paid: PaymentSnapshot, *, now: datetime
) -> None:
    """Nobody here asked for this money to be held, so nobody would ever let it go."""
    gateway.release_payment(paid.intent_id, key=f"orphan:{paid.intent_id}")
    logger.error("Money held without a reason was released: %s", paid.intent_id)
    differences.write(
        account,
        DifferenceKind.HOLD_WITHOUT_REASON,
        paid.intent_id,
        venue_id=venue_of(paid),
        theirs=paid.amount,
        ours=None,
        now=now,
    )


def venue_of(paid: PaymentSnapshot) -> UUID | None:
    """The venue that something at Stripe is marked with, if it is one of ours."""
    try:
        venue_id = subject_of(paid.metadata, "venue")
    except NotOurs:
        return None
    return venue_id if Venue.objects.filter(id=venue_id).exists() else None


def _compare_money(
    account: MerchantAccount, ours: Hold | None, paid: PaymentSnapshot, *, now: datetime
) -> None:
    if ours is not None and ours.captured == paid.received:
        differences.mended(account, paid.intent_id, now=now)
        return
    differences.write(
        account,
        DifferenceKind.PAYMENT_MISSING_HERE if ours is None else DifferenceKind.HOLD_AMOUNT,
        paid.intent_id,
        venue_id=venue_of(paid),
        theirs=paid.received,
        ours=ours.captured if ours else None,
        now=now,
    )
