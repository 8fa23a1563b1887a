"""What Stripe says of a refund becomes what we know. The one place where it does.

News is taken under the tab's lock, and only what moves a state forward changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from orders.models import Tab
from orders.rules.totals import share_taxes
from orders.selectors import bills, tabs
from orders.services import history, venues
from payments.gateway.snapshots import RefundSnapshot, RefundStatus
from payments.models import Refund
from payments.rules.refund_states import RefundState
from payments.selectors import refunds
from payments.services import ledger, refund_notes

STATES: Final[Mapping[RefundStatus, RefundState]] = {
    RefundStatus.PENDING: RefundState.PENDING,
    RefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    RefundStatus.FAILED: RefundState.FAILED,
    RefundStatus.CANCELED: RefundState.CANCELED,
}


@transaction.atomic
def take_over(refund_id: UUID, snapshot: RefundSnapshot, *, now: datetime) -> Refund:
    """Move a refund to where Stripe says it is, with its ledger, its history and its mails."""
    tab, refund = _lock(refund_id)
    was_booked = refund.is_booked
    moved = refund.move_to(
        STATES[snapshot.status],
        now=now,
        external_id=snapshot.refund_id,
        failure=snapshot.failure_code,
    )
    if not moved:
        return refund
    if refund.is_booked and not was_booked:
        _book(refund, tab, now=now)
    elif not refund.is_booked:
        if was_booked:
            ledger.reverse_refund(refund, tab=tab, now=now)
        _say_it_failed(refund, tab, came_back=was_booked, now=now)
    venues.bump_board(tab.venue_id)
    return refund


@transaction.atomic
def refuse(refund_id: UUID, why: str, *, now: datetime) -> Refund:
    """Stripe refused the call: nothing ever left."""
    tab, refund = _lock(refund_id)
    if refund.move_to(RefundState.FAILED, now=now, failure=why):
        _say_it_failed(refund, tab, came_back=False, now=now)
        venues.bump_board(tab.venue_id)
    return refund


def _lock(refund_id: UUID) -> tuple[Tab, Refund]:
    tab = Tab.objects.lock(Refund.objects.values_list("tab_id", flat=True).get(id=refund_id))
    return tab, Refund.objects.select_for_update().get(id=refund_id)


def _book(refund: Refund, tab: Tab, *, now: datetime) -> None:
    # What a merged tab sold stands on the bill of the one that has its lines now.
    bill = bills.get_bill(tab_id=tabs.follow(tab).id)
    taxes = share_taxes(
        bill.totals.taxes,
        whole=bill.total,
        paid_before=refunds.returned_before(refund),
        paid_now=refund.returned,
    )
    ledger.post_refund(refund, tab=tab, taxes=taxes, now=now)
    _record("refund", refund, now=now)
    refund_notes.tell_guest(refund, bill=bill, now=now)


def _say_it_failed(refund: Refund, tab: Tab, *, came_back: bool, now: datetime) -> None:
    _record("refund_failed", refund, now=now)
    refund_notes.tell_managers_of_failure(refund, tab=tab, came_back=came_back, now=now)


def _record(kind: str, refund: Refund, *, now: datetime) -> None:
    history.record(
        tab_id=refund.tab_id,
        kind=kind,
        at=now,
        by=refund.requested_by if kind == "refund" else None,
        actor="" if refund.requested_by and kind == "refund" else "stripe",
        amount_minor=refund.whole.minor,
        last4=refund.payment.card_last4,
        reason=refund.reason,
    )
