"""Disputes whose news got lost, and those whose time to answer runs out."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from orders.models import Tab
from payments.gateway.errors import GatewayError
from payments.models import CheckoutAttempt, Dispute, MerchantAccount
from payments.services import accounts, dispute_mails, disputes
from payments.services.marks import NotOurs

logger = logging.getLogger(__name__)
BATCH: Final = 200
# How long before its end somebody is reminded of an answer that is missing.
NOTICE: Final = timedelta(days=3)
# A dispute of any age may have been missed while we were away; older ones are looked at singly.
LIST_BACK: Final = timedelta(days=4)


def check_open(*, now: datetime) -> int:
    """Ask about every open dispute that brought no news for a while; how many were asked about."""
    waiting = Dispute.objects.unchecked(now).select_related("account").order_by("next_check_at")
    found = list(waiting[:BATCH])
    for dispute in found:
        # First of all, so that one which always fails does not stand at the head for ever.
        Dispute.objects.filter(id=dispute.id).update(next_check_at=now + disputes.LOOK_AGAIN)
        try:
            disputes.look_at(dispute, now=now, patient=True)
        except Exception:
            logger.exception("Dispute %s is left for the next round", dispute.dispute_id)
    return len(found)


def find_missed(*, now: datetime, since: datetime | None = None) -> int:
    """Take over every dispute Stripe lists since a moment; how many are ours."""
    accounts.house_account()
    wanted = since or now - LIST_BACK
    askable = MerchantAccount.objects.filter(refused_because="")
    return sum(_list(account, since=wanted, now=now) for account in askable)


def remind_of_due(*, now: datetime) -> int:
    """Tell managers, once, of disputes that want an answer within days; how many there were."""
    due = Dispute.objects.due_before(now + NOTICE).order_by("due_at").values_list("id", flat=True)
    return sum(_remind(dispute_id, now=now) for dispute_id in list(due[:BATCH]))


def _list(account: MerchantAccount, *, since: datetime, now: datetime) -> int:
    gateway, ours = accounts.gateway_of(account, patient=True), 0
    try:
        found = list(gateway.list_disputes(since=since))
    except GatewayError:
        logger.exception("The disputes of account %s could not be listed", account.id)
        return 0
    # Oldest first, so that the books tell them in the order in which they came.
    for snapshot in reversed(found):
        try:
            unknown = disputes.ask_for_payment(snapshot, account=account, gateway=gateway)
            disputes.take_over(snapshot, unknown=unknown, account=account, now=now)
            ours += 1
        except NotOurs:
            continue
        except (GatewayError, CheckoutAttempt.DoesNotExist):
            logger.exception("Dispute %s is left for the next round", snapshot.dispute_id)
    return ours


@transaction.atomic
def _remind(dispute_id: UUID, *, now: datetime) -> bool:
    Tab.objects.lock(Dispute.objects.values_list("tab_id", flat=True).get(id=dispute_id))
    dispute = Dispute.objects.select_for_update().due_before(now + NOTICE).filter(id=dispute_id)
    found = dispute.first()
    if found is None or not found.is_answerable(now):
        return False
    found.due_told_at = now
    found.save(update_fields=["due_told_at"])
    dispute_mails.write(found, what=dispute_mails.DUE, now=now)
    return True
