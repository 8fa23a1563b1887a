"""Charging a card on file: the one place where money is taken while nobody is there.

An open Stripe page and this charge must never both succeed. So every open page is closed and its
outcome heard first; then, under the tab's lock, the facts are read anew, and the whole of what is
owed is reserved by the attempt that is written down with the exact amount. From then on no page
can be opened for the same money, and none is open. Only after that is committed is Stripe asked.

No answer is not a no: the money stays reserved, and the same call is asked about under the same
key until somebody knows. Nothing is ever charged under another key before that.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from config.kernel.money import Money
from orders.models import Tab
from orders.rules.messages import MessageState
from payments.gateway.errors import GatewayError
from payments.models import AutoSettlement, CardConsent, CheckoutAttempt, GatewayOperation
from payments.rules import auto_settlement as rules
from payments.rules.attempt_states import AttemptState
from payments.rules.auto_settlement import AutoState, Charge, Facts, Stop, Wait
from payments.rules.operation_states import UNRESOLVED, OperationKind
from payments.selectors import balances, card_on_file
from payments.services import (
    accounts,
    auto_settlement,
    charge_errands,
    checkout,
    letting_go,
    operations,
    snapshots,
)
from payments.services.pages import GatewayAway

logger = logging.getLogger(__name__)
BATCH: Final = 100


def sweep(*, now: datetime) -> int:
    """Take every settlement that is due one step further; how many were looked at."""
    due = AutoSettlement.objects.due(now).order_by("next_at")
    ids = list(due.values_list("id", flat=True)[:BATCH])
    for settlement_id in ids:
        try:
            step(settlement_id=settlement_id, now=now)
        except Exception:
            _look_again(settlement_id, now=now)
            # One that fails must not hold up the rest.
            logger.exception("Automatic settlement %s is left for a later round", settlement_id)
    return len(ids)


def step(*, settlement_id: UUID, now: datetime) -> None:
    """Whatever is next for one settlement: notice, charge, or asking what became of a charge."""
    state = AutoSettlement.objects.values_list("state", flat=True).get(id=settlement_id)
    if state == AutoState.SCHEDULED:
        auto_settlement.notify(settlement_id=settlement_id, now=now)
    elif state == AutoState.CHARGING:
        ask_again(settlement_id=settlement_id, now=now)
    else:
        charge(settlement_id=settlement_id, now=now)


def charge(*, settlement_id: UUID, now: datetime) -> None:
    """Charge the card, if it still may be."""
    row = AutoSettlement.objects.get(id=settlement_id)
    try:
        checkout.withdraw_all(tab_id=row.tab_id, now=now)
    except GatewayAway:
        logger.warning("A page of tab %s could not be closed; nothing is charged", row.tab_id)
        _look_again(settlement_id, now=now)
        return
    operation = _prepare(settlement_id, now=now)
    if operation is not None:
        _run(operation, now=now)


def ask_again(*, settlement_id: UUID, now: datetime) -> None:
    """Find out what became of a charge, and go on from there."""
    row = AutoSettlement.objects.select_related("attempt__account").get(id=settlement_id)
    row.put(next_at=now + rules.ASK_AGAIN)
    attempt = row.attempt
    assert attempt is not None, "the database lets nothing be charged without one"
    if not attempt.is_reserving:
        charge_errands.conclude(attempt.id, now=now)
    elif not _open_calls(attempt) and row.charge_ref:
        gateway = accounts.gateway_of(attempt.account, patient=True)
        snapshots.apply_payment(gateway.get_payment(row.charge_ref), now=now)
        charge_errands.conclude(attempt.id, now=now)
    tidy_up(attempt.id, now=now)


def resume(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out about a call that got no answer. Raises as `operations.resolve` does."""
    operations.resolve(charge_errands.of(operation, now=now))
    _follow(operation.subject_id, now=now)


def tidy_up(attempt_id: UUID, *, now: datetime) -> None:
    """A card its bank never wants to be asked for again is kept no longer."""
    attempt = CheckoutAttempt.objects.select_related("consent").get(id=attempt_id)
    if attempt.consent is not None and charge_errands.is_hopeless(attempt):
        letting_go.give_up(attempt.consent, now=now)


def _look_again(settlement_id: UUID, *, now: datetime) -> None:
    """Those that stand in the way now go behind those that can be done."""
    later = now + rules.LOOK_AGAIN
    AutoSettlement.objects.due(now).filter(id=settlement_id).update(next_at=later)


def _run(operation: GatewayOperation, *, now: datetime) -> None:
    try:
        operations.run(charge_errands.of(operation, now=now), patient=True)
    except GatewayError as error:
        # What that means for the settlement has been recorded, or is left to the sweep.
        logger.warning("Charge %s: %r", operation.id, error)
    _follow(operation.subject_id, now=now)


def _follow(attempt_id: UUID, *, now: datetime) -> None:
    """A charge that took nothing is given up at Stripe before anything else is tried."""
    release = GatewayOperation.objects.unresolved().filter(
        kind=OperationKind.RELEASE_CHARGE, subject_id=attempt_id
    )
    operation = release.select_related("account").first()
    if operation is not None:
        try:
            operations.run(charge_errands.of(operation, now=now), patient=True)
        except GatewayError as error:
            logger.warning("Charge %s is not given up yet: %r", attempt_id, error)
    tidy_up(attempt_id, now=now)


def _open_calls(attempt: CheckoutAttempt) -> bool:
    return GatewayOperation.objects.filter(
        subject_id=attempt.id, state__in=sorted(UNRESOLVED)
    ).exists()


@transaction.atomic
def _prepare(settlement_id: UUID, *, now: datetime) -> GatewayOperation | None:
    """Decide, and write down the call; None when there is none to make now."""
    tab, row = auto_settlement.lock(settlement_id)
    if row.state not in {AutoState.NOTIFIED, AutoState.RETRY_WAIT} or row.next_at > now:
        return None
    consent = CardConsent.objects.select_for_update().get(id=row.consent_id)
    verdict = rules.decide(_facts(tab, row, consent, now=now), now=now)
    match verdict:
        case Stop(why=why):
            auto_settlement.cancel(tab, row, why, now=now)
        case Wait(until=until):
            row.put(next_at=until, charge_at=max(row.charge_at, until))
        case Charge(amount=amount):
            return _write_down(tab, row, consent, amount, now=now)
        case _:
            assert_never(verdict)
    return None


def _facts(tab: Tab, row: AutoSettlement, consent: CardConsent, *, now: datetime) -> Facts:
    standing = balances.get_standing(tab)
    notice = row.notice
    return Facts(
        is_owing=tab.is_owing,
        balance=standing.balance,
        reserved=standing.reserved,
        told=row.told,
        told_at=notice.sent_at if notice else None,
        notice_failed=notice is not None and notice.state == MessageState.FAILED,
        notice_hours=row.notice_hours,
        due_at=tab.due_at or now,
        not_covered=card_on_file.why_not_covered(consent, tab, standing.balance, now=now),
    )


def _write_down(
    tab: Tab, row: AutoSettlement, consent: CardConsent, amount: Money, *, now: datetime
) -> GatewayOperation:
    attempt = CheckoutAttempt.objects.create(
        account_id=consent.account_id,
        tab=tab,
        consent=consent,
        payer_email=consent.email,
        state=AttemptState.PROCESSING,
        amount_minor=amount.minor,
        currency=amount.currency,
        tab_version=tab.version,
        created_at=now,
        expires_at=now,
        next_check_at=now,
    )
    row.move_to(
        AutoState.CHARGING,
        attempt=attempt,
        tries=row.tries + 1,
        charge_ref="",
        next_at=now + rules.ASK_AGAIN,
    )
    return operations.prepare(
        kind=OperationKind.CHARGE_SAVED,
        subject_id=attempt.id,
        account_id=consent.account_id,
        tab=tab,
        params=_words(tab, attempt, consent),
        now=now,
    )


def _words(tab: Tab, attempt: CheckoutAttempt, consent: CardConsent) -> dict[str, Any]:
    named = {"tab": tab.token_code or f"#{tab.number}", "venue": tab.venue.name}
    return {
        "customer_ref": consent.customer_ref,
        "card_ref": consent.card_ref,
        "amount_minor": attempt.amount_minor,
        "currency": attempt.currency,
        "description": gettext("Your tab %(tab)s at %(venue)s") % named,
        "consent": str(consent.id),
    }
