"""Giving back what came in too much, without anybody asking.

The refund's row and its call are written in the very transaction that finds the excess, so that it
goes back once and never more than the excess; a sweep then makes the call. One that failed is left
to a person. A payment that as a whole was not needed goes back with its tip.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.events import publish
from config.kernel.money import Money
from orders.models import Tab, User
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.texts import tidy_reason
from payments import events
from payments.models import Dispute, GatewayOperation, Payment, Refund
from payments.rules.operation_states import OperationKind
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.selectors import refunds
from payments.services import refunds as giving_back

logger = logging.getLogger(__name__)
REASON: Final = gettext_noop("Two payments crossed, and this one was not needed.")
BATCH: Final = 100


class NothingTooMuch(DomainError):
    """The tab has no excess that is not on its way back already."""

    code = "nothing_too_much"


def plan(*, tab: Tab, now: datetime) -> Sequence[Refund]:
    """Prepare the refunds of what came in too much, the latest payment first.

    The caller holds the tab's lock.
    """
    if not tab.venue.refunds_excess or _has_failed(tab):
        return []
    return _plan_all(tab, now=now)


def give_back(
    *, tab_id: UUID, by: User, role: Role, reason: str, now: datetime
) -> Sequence[Refund]:
    """Give back what came in too much because a manager says so, whatever failed before.

    :raises NotAllowed: only managers give money back.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    :raises NothingTooMuch: it is on its way already, or there is nothing.
    :raises RefundRefused: Stripe said no; nothing was given back.
    """
    ensure_may(role, Right.REFUND)
    reason = tidy_reason(reason, limit=giving_back.LONGEST_REASON)
    with transaction.atomic():
        planned = _plan_all(Tab.objects.lock(tab_id), now=now, by=by, reason=reason)
    if not planned:
        raise NothingTooMuch(gettext_noop("Nothing is left to give back on this tab."))
    calls = GatewayOperation.objects.filter(
        kind=OperationKind.REFUND, subject_id__in=[refund.id for refund in planned]
    )
    for operation in calls.select_related("account", "tab"):
        giving_back.send(operation, now=now)
    return planned


def _plan_all(
    tab: Tab, *, now: datetime, by: User | None = None, reason: str = REASON
) -> Sequence[Refund]:
    excess = refunds.excess_of(tab)
    planned: list[Refund] = []
    for payment in (
        Payment.objects.filter(tab=tab)
        .exclude(disputes__in=Dispute.objects.blocking_refunds())
        .select_related("account")
        .order_by("-paid_at", "-id")
    ):
        refund = _prepare(payment, tab=tab, excess=excess, by=by, reason=reason, now=now)
        if refund is not None:
            planned.append(refund)
            excess -= refund.excess
    return planned


def send_planned(*, now: datetime) -> int:
    """Make every planned refund nobody has asked Stripe for yet; how many were asked for."""
    planned = Refund.objects.filter(state=RefundState.REQUESTED, origin=RefundOrigin.EXCESS)
    calls = GatewayOperation.objects.unresolved().filter(
        kind=OperationKind.REFUND,
        subject_id__in=planned.values("id"),
        tries=0,
        account__refused_because="",
    )
    sent = 0
    for operation in calls.select_related("account", "tab").order_by("created_at")[:BATCH]:
        try:
            giving_back.send(operation, now=now, patient=True)
        except Exception:
            logger.exception("%s is left for the next round", operation)
        else:
            sent += 1
    return sent


def _has_failed(tab: Tab) -> bool:
    return Refund.objects.filter(
        tab=tab, origin=RefundOrigin.EXCESS, state=RefundState.FAILED
    ).exists()


def _prepare(
    payment: Payment, *, tab: Tab, excess: Money, by: User | None, reason: str, now: datetime
) -> Refund | None:
    left = refunds.left_of(payment)
    bill = min(left.bill, excess)
    if not bill.is_positive:
        return None
    tip = left.tip if bill == payment.amount else Money.zero(tab.currency)
    before = Refund.objects.filter(payment=payment, origin=RefundOrigin.EXCESS).count()
    refund = Refund.objects.create(
        account=payment.account,
        tab=tab,
        payment=payment,
        origin=RefundOrigin.EXCESS,
        amount_minor=bill.minor,
        tip_minor=tip.minor,
        excess_minor=bill.minor,
        currency=payment.currency,
        reason=reason,
        requested_by=by,
        request_key=f"excess:{before + 1}",
        created_at=now,
    )
    giving_back.plan(refund, tab=tab, now=now)
    publish(events.RefundRequested(refund_id=refund.id))
    return refund
