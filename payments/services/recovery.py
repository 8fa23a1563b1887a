"""After a restore: what Stripe knows and the database has forgotten is found and taken over.

The sweeps ask about pages we know and events we were not told. A restored database has more
forgotten than that: pages opened since the backup, and payments whose news arrived long ago. So
this asks for every page since then, and may be called any number of times.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from config.kernel.money import Money
from orders.models import Tab, TabEvent
from payments.gateway.errors import NotFound
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import CheckoutSnapshot, IntentStatus, PageStatus, PaymentSnapshot
from payments.models import CheckoutAttempt, MerchantAccount, Payment
from payments.rules.attempt_states import AttemptState
from payments.services import (
    accounts,
    checkout,
    dispute_sweeps,
    inbox,
    reconciliation,
    snapshots,
)
from payments.services.marks import NotOurs, subject_of

# Clocks differ, and what was written last may be older than the page opened after it.
MARGIN: Final = timedelta(hours=1)
FIRST_LOOK_BACK: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeless:
    """Money at Stripe for a tab that is not here, or that was never closed here."""

    intent_id: str
    amount: Money
    paid_at: datetime
    tab: Tab | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What asking brought: how many payments are known now that were not, and what has no place."""

    payments: int
    homeless: tuple[Homeless, ...]


def last_known(*, now: datetime) -> datetime:
    """From when on Stripe has to be asked, when nobody says: the last thing that happened here."""
    newest = TabEvent.objects.order_by("-at").values_list("at", flat=True).first()
    return newest - MARGIN if newest else now - FIRST_LOOK_BACK


def recover(*, since: datetime, now: datetime) -> Recovered:
    """Ask Stripe about everything of ours since then, and take it over.

    :raises GatewayError: Stripe could not be asked. What was found until then is kept.
    """
    before = Payment.objects.count()
    reconciliation.resolve_operations(now=now)
    for attempt_id in CheckoutAttempt.objects.reserving().values_list("id", flat=True):
        # A page of another Stripe account, or of a sandbox that was reset, is nowhere.
        with suppress(NotFound):
            checkout.refresh(attempt_id=attempt_id, now=now, patient=True)
    homeless = []
    accounts.house_account()
    for account in MerchantAccount.objects.all():
        gateway = accounts.gateway_of(account, patient=True)
        # Oldest first, so that parts are taken over in the order in which they were paid.
        for page in reversed(list(gateway.list_checkouts(since=since))):
            if _is_forgotten(page):
                homeless += _take_over(account, gateway, page, now=now)
    dispute_sweeps.find_missed(since=since, now=now)
    reconciliation.fetch_undelivered(now=now)
    inbox.handle_waiting(now=now)
    return Recovered(payments=Payment.objects.count() - before, homeless=tuple(homeless))


def _is_forgotten(page: CheckoutSnapshot) -> bool:
    """Whether this installation opened the page and does not know it any more."""
    try:
        attempt_id = subject_of(page.metadata, "attempt")
    except NotOurs:
        return False
    return not CheckoutAttempt.objects.filter(id=attempt_id).exists()


def _take_over(
    account: MerchantAccount, gateway: PaymentGateway, page: CheckoutSnapshot, *, now: datetime
) -> list[Homeless]:
    """Close the page if it is open; take its money to its tab, or say that it has none."""
    if page.status == PageStatus.OPEN:
        page = gateway.expire_checkout(page.session_id, key=f"recover:{page.session_id}")
    paid = page.payment
    if paid is None or paid.status not in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
        return []
    tab = _tab_of(page)
    if tab is None or tab.is_open or tab.currency != paid.amount.currency:
        return [
            Homeless(intent_id=paid.intent_id, amount=paid.amount, paid_at=paid.created_at, tab=tab)
        ]
    _remember(account, tab, page, paid)
    snapshots.apply_checkout(page, now=now)
    return []


@transaction.atomic
def _remember(
    account: MerchantAccount, tab: Tab, page: CheckoutSnapshot, paid: PaymentSnapshot
) -> None:
    """Write the attempt once more, under its old name; its tip stands in the page's metadata."""
    tab = Tab.objects.lock(tab.id)
    tip = min(Money(int(page.metadata.get("tip", "0")), tab.currency), paid.amount)
    part = paid.amount - tip
    if not part.is_positive:
        part, tip = paid.amount, part
    CheckoutAttempt.objects.create(
        id=subject_of(page.metadata, "attempt"),
        account=account,
        tab=tab,
        payer_digest="",
        payer_email=page.email,
        state=AttemptState.PROCESSING,
        amount_minor=part.minor,
        tip_minor=tip.minor,
        currency=tab.currency,
        tab_version=tab.version,
        session_id=page.session_id,
        created_at=paid.created_at,
        expires_at=paid.created_at + checkout.PAGE_LIVES,
        next_check_at=paid.created_at + checkout.PAGE_LIVES,
    )


def _tab_of(page: CheckoutSnapshot) -> Tab | None:
    try:
        tab_id = uuid.UUID(page.metadata.get("tab", ""))
    except ValueError:
        return None
    return Tab.objects.filter(id=tab_id).first()
