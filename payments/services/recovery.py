"""After a restore: what Stripe knows and the database has forgotten is found and taken over.

The sweeps ask about pages we know and events we were not told. A restored database has more
forgotten than that: pages opened since the backup, and payments whose news arrived long ago. So
this asks for every page since then, and may be called any number of times.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
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
from payments.models import CardConsent, CheckoutAttempt, MerchantAccount, Payment
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
    homeless: list[Homeless] = []
    accounts.house_account()
    for account in MerchantAccount.objects.all():
        homeless += _recover_account(account, since=since, now=now)
    dispute_sweeps.find_missed(since=since, now=now)
    reconciliation.fetch_undelivered(now=now)
    inbox.handle_waiting(now=now)
    return Recovered(payments=Payment.objects.count() - before, homeless=tuple(homeless))


def _recover_account(account: MerchantAccount, *, since: datetime, now: datetime) -> list[Homeless]:
    homeless: list[Homeless] = []
    gateway = accounts.gateway_of(account, patient=True)
    # Oldest first, so that parts are taken over in the order in which they were paid.
    for page in reversed(list(gateway.list_checkouts(since=since))):
        if _is_forgotten(page.metadata):
            homeless += _take_over(account, gateway, page, now=now)
    for charge in reversed(list(gateway.list_payments(since=since))):
        # Money taken with a card on file has no page; unknown here it would be taken again.
        if "consent" in charge.metadata and _is_forgotten(charge.metadata):
            homeless += _take_over_charge(account, charge, now=now)
    return homeless


def _is_forgotten(metadata: Mapping[str, str]) -> bool:
    """Whether this installation made it for an attempt that it does not know any more."""
    try:
        attempt_id = subject_of(metadata, "attempt")
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
    tab = _tab_of(page.metadata)
    if not _has_place(tab, paid):
        return [_homeless(tab, paid)]
    _remember(account, page.metadata, paid, session_id=page.session_id, email=page.email)
    snapshots.apply_checkout(page, now=now)
    return []


def _take_over_charge(
    account: MerchantAccount, paid: PaymentSnapshot, *, now: datetime
) -> list[Homeless]:
    """Take the money of a card on file to its tab, or say that it has none."""
    if paid.status not in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
        return []
    tab = _tab_of(paid.metadata)
    if not _has_place(tab, paid):
        return [_homeless(tab, paid)]
    _remember(account, paid.metadata, paid, session_id=None, email="")
    snapshots.apply_payment(paid, now=now)
    return []


def _has_place(tab: Tab | None, paid: PaymentSnapshot) -> bool:
    return tab is not None and not tab.is_open and tab.currency == paid.amount.currency


def _homeless(tab: Tab | None, paid: PaymentSnapshot) -> Homeless:
    return Homeless(intent_id=paid.intent_id, amount=paid.amount, paid_at=paid.created_at, tab=tab)


@transaction.atomic
def _remember(
    account: MerchantAccount,
    metadata: Mapping[str, str],
    paid: PaymentSnapshot,
    *,
    session_id: str | None,
    email: str,
) -> None:
    """Write the attempt once more, under its old name; its tip stands in the metadata."""
    tab = Tab.objects.lock(uuid.UUID(metadata["tab"]))
    tip = min(Money(int(metadata.get("tip", "0")), tab.currency), paid.amount)
    part = paid.amount - tip
    if not part.is_positive:
        part, tip = paid.amount, part
    CheckoutAttempt.objects.create(
        id=subject_of(metadata, "attempt"),
        consent=_consent_of(metadata),
        account=account,
        tab=tab,
        payer_digest="",
        payer_email=email,
        state=AttemptState.PROCESSING,
        amount_minor=part.minor,
        tip_minor=tip.minor,
        currency=tab.currency,
        tab_version=tab.version,
        session_id=session_id,
        created_at=paid.created_at,
        expires_at=paid.created_at + checkout.PAGE_LIVES,
        next_check_at=paid.created_at + checkout.PAGE_LIVES,
    )


def _consent_of(metadata: Mapping[str, str]) -> CardConsent | None:
    """The agreement of a card on file; the backup may be older than it."""
    if "consent" not in metadata:
        return None
    return CardConsent.objects.filter(id=subject_of(metadata, "consent")).first()


def _tab_of(metadata: Mapping[str, str]) -> Tab | None:
    try:
        tab_id = uuid.UUID(metadata.get("tab", ""))
    except ValueError:
        return None
    return Tab.objects.filter(id=tab_id).first()
