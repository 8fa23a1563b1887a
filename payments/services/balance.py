"""Stripe's balance taken over: what it kept as a fee, and what it sent to the bank."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.money import Money, total
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import MovementSnapshot, PayoutSnapshot
from payments.models import BalanceMovement, MerchantAccount, Payment, Payout
from payments.rules.differences import DifferenceKind
from payments.services import differences, ledger

# Fees of disputes are booked with the dispute.
FEES_OF: Final = frozenset({"charge", "payment"})


def take_over(
    account: MerchantAccount, gateway: PaymentGateway, *, since: datetime, now: datetime
) -> None:
    """Every movement and every payout since a moment; what is known already is no news."""
    for movement in list(gateway.list_movements(since=since)):
        _take_movement(account, movement, now=now)
    for payout in list(gateway.list_payouts(since=since)):
        _take_payout(account, gateway, payout, now=now)


@transaction.atomic
def _take_movement(account: MerchantAccount, moved: MovementSnapshot, *, now: datetime) -> None:
    payment = _payment_behind(account, moved)
    movement, is_new = BalanceMovement.objects.get_or_create(
        account=account,
        movement_id=moved.movement_id,
        defaults={
            "venue_id": payment.tab.venue_id if payment else account.venue_id,
            "kind": moved.kind,
            "source_id": moved.source_id,
            "amount_minor": moved.amount.minor,
            "fee_minor": moved.fee.minor,
            "net_minor": moved.net.minor,
            "currency": moved.net.currency,
            "happened_at": moved.happened_at,
        },
    )
    if is_new and payment is not None and moved.kind in FEES_OF:
        ledger.post_fee(movement, payment=payment, now=now)


def _payment_behind(account: MerchantAccount, moved: MovementSnapshot) -> Payment | None:
    """The payment a charge is of, or a refund gives back."""
    ours = Payment.objects.select_related("tab")
    charged = ours.filter(account=account, charge_id=moved.source_id).first()
    if charged is not None or not moved.source_id:
        return charged
    return ours.filter(refunds__account=account, refunds__external_id=moved.source_id).first()


def _take_payout(
    account: MerchantAccount, gateway: PaymentGateway, sent: PayoutSnapshot, *, now: datetime
) -> None:
    payout, _created = Payout.objects.get_or_create(
        account=account,
        payout_id=sent.payout_id,
        defaults={
            "amount_minor": sent.amount.minor,
            "currency": sent.amount.currency,
            "created_at": sent.created_at,
            "arrives_at": sent.arrives_at,
        },
    )
    if payout.matched_at is not None or not sent.is_paid:
        return
    parts = list(gateway.list_movements_of(sent.payout_id))
    for part in parts:
        _take_movement(account, part, now=now)
    _match(payout, parts, now=now)


@transaction.atomic
def _match(payout: Payout, parts: list[MovementSnapshot], *, now: datetime) -> None:
    """Book a payout that is the sum of its parts, each venue's share by itself."""
    made_of = total([part.net for part in parts], payout.currency)
    if made_of != payout.amount:
        differences.write(
            payout.account,
            DifferenceKind.PAYOUT_DOES_NOT_ADD_UP,
            payout.payout_id,
            venue_id=payout.account.venue_id,
            theirs=payout.amount,
            ours=made_of,
            now=now,
        )
        return
    locked = Payout.objects.select_for_update().get(id=payout.id)
    if locked.matched_at is not None:
        return
    ids = [part.movement_id for part in parts]
    movements = BalanceMovement.objects.filter(account=payout.account, movement_id__in=ids)
    shares: defaultdict[UUID, int] = defaultdict(int)
    for movement in movements:
        if movement.venue_id is not None:
            shares[movement.venue_id] += movement.net_minor
    for venue_id, share in sorted(shares.items()):
        ledger.post_payout(payout, venue_id=venue_id, amount=Money(share, payout.currency), now=now)
    movements.update(payout=payout)
    locked.matched_at = now
    locked.save(update_fields=["matched_at"])
    differences.mended(payout.account, payout.payout_id, now=now)
