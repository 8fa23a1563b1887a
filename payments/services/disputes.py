"""What Stripe says of a dispute becomes what we know, and what the books say.

Called by the webhook, the sweeps and whoever handed in evidence, with the same news any number of
times and in any order: news is taken under the tab's lock, states only move forward, sums only
grow, and the ledger gets the difference to what it has.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from config.kernel.events import publish
from orders.models import Tab
from orders.services import history, venues
from payments import events
from payments.gateway.errors import GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import DisputeSnapshot, PaymentSnapshot
from payments.models import Dispute, MerchantAccount, Payment
from payments.rules.dispute_states import CLOSED, INQUIRIES, DisputeState, can_move
from payments.services import accounts, dispute_mails, ledger, snapshots
from payments.services.marks import NotOurs

logger = logging.getLogger(__name__)

# Between two looks at an open dispute that brings no news of itself.
LOOK_AGAIN: Final = timedelta(hours=6)
TOLD: Final[Mapping[DisputeState, str]] = {
    DisputeState.INQUIRY_CLOSED: "inquiry_closed",
    DisputeState.NEEDS_RESPONSE: "dispute_opened",
    DisputeState.PREVENTED: "dispute_prevented",
    DisputeState.WON: "dispute_won",
    DisputeState.LOST: "dispute_lost",
    DisputeState.APPEAL_NEEDS_RESPONSE: "dispute_appealed",
}


def ask_for_payment(
    snapshot: DisputeSnapshot, *, account: MerchantAccount, gateway: PaymentGateway
) -> PaymentSnapshot | None:
    """The disputed payment, as far as its own news has not arrived here; None: it has.

    :raises NotOurs: it is none that could ever have been.
    """
    if Payment.objects.filter(account=account, intent_id=snapshot.intent_id).exists():
        return None
    if not snapshot.intent_id:
        raise NotOurs
    return gateway.get_payment(snapshot.intent_id)


@transaction.atomic
def take_over(
    snapshot: DisputeSnapshot,
    *,
    unknown: PaymentSnapshot | None,
    account: MerchantAccount,
    now: datetime,
) -> Dispute:
    """Take over how a dispute stands, and first of all its payment, should nobody know that.

    :raises NotOurs: what is disputed was not paid through this installation.
    :raises CheckoutAttempt.DoesNotExist: it was, but its attempt is not to be found (yet).
    """
    if unknown is not None:
        snapshots.apply_payment(unknown, now=now)
    return apply_dispute(snapshot, account=account, now=now)


@transaction.atomic
def apply_dispute(snapshot: DisputeSnapshot, *, account: MerchantAccount, now: datetime) -> Dispute:
    """Take over how the dispute of a known payment stands.

    :raises Payment.DoesNotExist: nobody knows the payment.
    """
    payment = Payment.objects.get(account=account, intent_id=snapshot.intent_id)
    tab = Tab.objects.lock(payment.tab_id)
    dispute = Dispute.objects.select_for_update().filter(
        account=account, dispute_id=snapshot.dispute_id
    ).first()  # fmt: skip
    before = DisputeState(dispute.state) if dispute else None
    if dispute is None:
        dispute = _open(snapshot, payment=payment, now=now)
    _take(dispute, snapshot, now=now)
    ledger.post_dispute(dispute, tab=tab, now=now)
    for fee in snapshot.fees:
        ledger.post_dispute_fee(
            dispute, tab=tab, transaction_id=fee.transaction_id, fee=fee.amount, now=now
        )
    if before != dispute.state:
        _tell(dispute, before=before, now=now)
        venues.bump_board(tab.venue_id)
    return dispute


def look_at(dispute: Dispute, *, now: datetime, patient: bool = False) -> None:
    """Ask how a dispute stands; when nobody answers, it stays as it was."""
    gateway = accounts.gateway_of(dispute.account, patient=patient)
    try:
        snapshot = gateway.get_dispute(dispute.dispute_id)
    except GatewayError:
        logger.exception("Dispute %s could not be asked about", dispute.dispute_id)
        return
    apply_dispute(snapshot, account=dispute.account, now=now)


def _open(snapshot: DisputeSnapshot, *, payment: Payment, now: datetime) -> Dispute:
    dispute = Dispute.objects.create(
        account_id=payment.account_id,
        tab_id=payment.tab_id,
        payment=payment,
        dispute_id=snapshot.dispute_id,
        state=snapshot.state,
        reason=snapshot.reason[:60],
        amount_minor=snapshot.amount.minor,
        currency=snapshot.amount.currency,
        opened_at=snapshot.created_at,
        next_check_at=now,
    )
    publish(events.DisputeOpened(dispute_id=dispute.id))
    return dispute


def _take(dispute: Dispute, snapshot: DisputeSnapshot, *, now: datetime) -> None:
    """States forward, sums upward; what else was said goes with the newest state."""
    wanted = snapshot.state
    if can_move(DisputeState(dispute.state), wanted):
        dispute.state = wanted
    if dispute.state == wanted:
        dispute.reason = snapshot.reason[:60]
        dispute.amount_minor = snapshot.amount.minor
        dispute.is_refundable = snapshot.is_refundable
        dispute.due_at = snapshot.due_by or dispute.due_at
    dispute.withdrawn_minor = max(dispute.withdrawn_minor, snapshot.withdrawn.minor)
    dispute.reinstated_minor = max(dispute.reinstated_minor, snapshot.reinstated.minor)
    dispute.closed_at = (dispute.closed_at or now) if dispute.state in CLOSED else None
    dispute.next_check_at = now + LOOK_AGAIN
    dispute.save()


def _tell(dispute: Dispute, *, before: DisputeState | None, now: datetime) -> None:
    """A line in the tab's history, and a mail to whoever answers for the venue's money."""
    state = DisputeState(dispute.state)
    kind = TOLD.get(state)
    if before is None:
        kind = "inquiry_opened" if state in INQUIRIES else "dispute_opened"
        _record(dispute, kind, now=now)
        kind = TOLD[state] if state in CLOSED else None
        dispute_mails.write(dispute, what=dispute_mails.OPENED, now=now)
    elif state == DisputeState.NEEDS_RESPONSE:
        dispute_mails.write(dispute, what=dispute_mails.OPENED, now=now)
    if kind is not None:
        _record(dispute, kind, now=now)
    if state in CLOSED:
        dispute_mails.write(dispute, what=dispute_mails.CLOSED, now=now)


def _record(dispute: Dispute, kind: str, *, now: datetime) -> None:
    history.record(
        tab_id=dispute.tab_id,
        kind=kind,
        at=now,
        actor="stripe",
        amount_minor=dispute.amount_minor,
        reason=dispute.reason,
    )
