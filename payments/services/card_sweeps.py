"""Agreements nobody looks after any more: pages without news, and cards no longer needed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from payments.gateway.errors import GatewayError, NotFound
from payments.models import CardConsent, GatewayOperation
from payments.rules.consent_states import ConsentState
from payments.rules.operation_states import OperationKind
from payments.services import card_errands, consents, letting_go, operations
from payments.services.operations import Errand

logger = logging.getLogger(__name__)
BATCH: Final = 200
# Stripe ends a page when its time is up by its own clock; news of it may take a moment.
GRACE: Final = timedelta(minutes=2)


def sweep(*, now: datetime) -> int:
    """Ask about pages whose time is up, and let go of what is spent; how many were looked at."""
    over = CardConsent.objects.unfinished().filter(page_ends_at__lte=now - GRACE)
    ids = list(over.order_by("page_ends_at").values_list("id", flat=True)[:BATCH])
    for consent_id in ids:
        _look(consent_id, now=now)
    return len(ids) + letting_go.end_spent(now=now)


def resume(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out about a call that got no answer. Raises as `operations.resolve` does."""
    errands: dict[OperationKind, type[Errand[Any]]] = {
        OperationKind.MAKE_CUSTOMER: card_errands.MakingCustomer,
        OperationKind.OPEN_SETUP: card_errands.OpeningSetup,
        OperationKind.DETACH_CARD: card_errands.Detaching,
    }
    errand = errands[OperationKind(operation.kind)]
    operations.resolve(errand(operation=operation, now=now))


def _look(consent_id: UUID, *, now: datetime) -> None:
    try:
        consent = consents.refresh(consent_id=consent_id, now=now, patient=True)
    except NotFound:
        logger.warning("Stripe does not know the page of agreement %s", consent_id)
    except GatewayError as error:
        logger.warning("Nobody can say what became of agreement %s: %r", consent_id, error)
        return
    else:
        if consent.session_id is not None:
            return
    _give_up(consent_id, now=now)


@transaction.atomic
def _give_up(consent_id: UUID, *, now: datetime) -> None:
    """Nobody was ever told of a page to give a card on."""
    CardConsent.objects.select_for_update().get(id=consent_id).end(ConsentState.FAILED, now=now)
