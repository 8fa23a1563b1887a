"""Ending an agreement: whatever hangs on it is called off, and the card is kept no longer."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orders.models import User
from orders.rules.tab_states import FINAL
from orders.services import history
from payments.gateway.errors import GatewayError
from payments.models import AutoSettlement, CardConsent, GatewayOperation
from payments.rules.auto_settlement import Why
from payments.rules.consent_scope import ConsentScope
from payments.rules.consent_states import ConsentState
from payments.rules.operation_states import OperationKind, OperationState
from payments.services import auto_settlement, operations
from payments.services.card_errands import Detaching

logger = logging.getLogger(__name__)
BATCH: Final = 200


def withdraw(*, consent_id: UUID, now: datetime, by: User | None = None) -> CardConsent:
    """Take an agreement back. From the moment this returns nothing is charged on it any more.

    What was being charged at that very moment goes through. Taking back twice is no error.
    """
    consent = end(consent_id, ConsentState.REVOKED, why=Why.WITHDRAWN, now=now, by=by)
    let_go(consent, now=now)
    return consent


def end_spent(*, now: datetime) -> int:
    """End the agreements whose time ran out, and those about a tab that is settled or void."""
    spent = CardConsent.objects.active().filter(
        Q(until__lte=now) | Q(scope=ConsentScope.THIS_TAB, tab__status__in=sorted(FINAL))
    )
    ids = list(spent.order_by("until").values_list("id", flat=True)[:BATCH])
    for consent_id in ids:
        let_go(end(consent_id, ConsentState.ENDED, why=Why.NOT_COVERED, now=now), now=now)
    return len(ids)


def give_up(consent: CardConsent, *, now: datetime) -> None:
    """The bank will not have the card charged again, so it is kept no longer."""
    if consent.is_active:
        ended = end(consent.id, ConsentState.UNUSABLE, why=Why.WITHDRAWN, now=now)
        let_go(ended, now=now)


@transaction.atomic
def end(
    consent_id: UUID, wanted: ConsentState, *, why: Why, now: datetime, by: User | None = None
) -> CardConsent:
    """End an agreement and call off what hangs on it. Letting the card go is written down.

    Tabs are locked before agreements everywhere, and several in the order of their ids.
    """
    waiting = AutoSettlement.objects.waiting().filter(consent_id=consent_id)
    for tab_id in sorted(waiting.values_list("tab_id", flat=True)):
        auto_settlement.call_off(tab_id=tab_id, why=why, now=now)
    consents = CardConsent.objects.select_for_update(of=("self",)).select_related("account", "tab")
    consent = consents.get(id=consent_id)
    if consent.end(wanted, now=now, by=by):
        history.record(
            tab_id=consent.tab_id,
            kind=f"card_{wanted}",
            at=now,
            by=by,
            actor="" if by else "guest" if wanted == ConsentState.REVOKED else "sweep",
            last4=consent.card_last4,
        )
    prepare(consent, now=now)
    return consent


def let_go(consent: CardConsent, *, now: datetime) -> None:
    """Have Stripe keep the card no longer. Without an answer a sweep tries again."""
    operation = prepare(consent, now=now)
    if operation is None or operation.state == OperationState.DONE:
        return
    try:
        operations.run(Detaching(operation=operation, now=now))
    except GatewayError:
        logger.warning("The card of agreement %s is not let go yet", consent.id)


@transaction.atomic
def prepare(consent: CardConsent, *, now: datetime) -> GatewayOperation | None:
    """Write down that the card is to be let go; None where none was ever kept."""
    if not consent.card_ref:
        return None
    return operations.prepare(
        kind=OperationKind.DETACH_CARD,
        subject_id=consent.id,
        account_id=consent.account_id,
        tab=consent.tab,
        params={"card_ref": consent.card_ref},
        now=now,
    )
