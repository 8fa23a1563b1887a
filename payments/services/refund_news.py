"""What the webhook and the sweeps hear of refunds, whoever made them.

A refund that somebody made at Stripe itself is adopted as one of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from orders.models import Tab
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import PaymentSnapshot, RefundSnapshot
from payments.models import MerchantAccount, Payment, Refund
from payments.rules.refund_states import RefundOrigin
from payments.rules.refunding import divide, excess_in
from payments.selectors import refunds
from payments.services import refunding, snapshots
from payments.services.marks import NotOurs, subject_of
from payments.services.snapshots import CurrencyChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A refund as Stripe tells of it, with its payment where that is not known here yet."""

    refund: RefundSnapshot
    payment: PaymentSnapshot | None


def ask(refund: RefundSnapshot, account: MerchantAccount, gateway: PaymentGateway) -> Heard:
    """Fetch what is needed to take over a refund; outside any transaction."""
    known = _find(refund, account) or _payment(refund, account).first()
    payment = None if known else gateway.get_payment(refund.intent_id)
    return Heard(refund=refund, payment=payment)


def ask_of_charge(charge_id: str, account: MerchantAccount, gateway: PaymentGateway) -> list[Heard]:
    """Every refund of a charge, the oldest first.

    :raises NotOurs: no payment of ours is behind it.
    """
    payment = Payment.objects.filter(account=account, charge_id=charge_id).first()
    if payment is None:
        raise NotOurs
    told = reversed(list(gateway.list_refunds_of(payment.intent_id)))
    return [ask(refund, account, gateway) for refund in told]


def hear_all(heard: Iterable[Heard], *, account: MerchantAccount, now: datetime) -> None:
    """Take over several refunds of one account."""
    for each in heard:
        hear(each, account=account, now=now)


def hear(heard: Heard, *, account: MerchantAccount, now: datetime) -> Refund:
    """Take over what Stripe says of a refund, whoever made it.

    :raises NotOurs: it is about another app's payment.
    :raises CurrencyChanged: it gives back another currency than was paid.
    """
    refund = _find(heard.refund, account)
    if refund is None:
        if heard.payment is not None:
            # The payment's own news is still on its way; a foreign one ends here.
            snapshots.apply_payment(heard.payment, now=now)
        refund = _adopt(heard.refund, account, now=now)
    if refund.state == refunding.STATES[heard.refund.status]:
        return refund
    return refunding.take_over(refund.id, heard.refund, now=now)


def _find(snapshot: RefundSnapshot, account: MerchantAccount) -> Refund | None:
    known = Refund.objects.filter(account=account, external_id=snapshot.refund_id).first()
    if known is not None:
        return known
    with suppress(NotOurs):
        return Refund.objects.filter(id=subject_of(snapshot.metadata, "refund")).first()
    return None


def _payment(snapshot: RefundSnapshot, account: MerchantAccount) -> QuerySet[Payment]:
    return Payment.objects.filter(account=account, intent_id=snapshot.intent_id)


@transaction.atomic
def _adopt(snapshot: RefundSnapshot, account: MerchantAccount, *, now: datetime) -> Refund:
    """Write down a refund that somebody made at Stripe itself."""
    payment = _payment(snapshot, account).get()
    if snapshot.amount.currency != payment.currency:
        raise CurrencyChanged(f"{snapshot.amount.currency} for {payment.currency}")
    tab = Tab.objects.lock(payment.tab_id)
    known = _find(snapshot, account)
    if known is not None:
        return known
    parts = divide(snapshot.amount, left=refunds.left_of(payment))
    return Refund.objects.create(
        account=account,
        tab=tab,
        payment=payment,
        origin=RefundOrigin.STRIPE,
        amount_minor=parts.bill.minor,
        tip_minor=parts.tip.minor,
        excess_minor=excess_in(parts.bill, excess=refunds.excess_of(tab)).minor,
        currency=payment.currency,
        request_key=f"stripe:{snapshot.refund_id}",
        external_id=snapshot.refund_id,
        created_at=now,
    )
