"""What Stripe says of a page or a payment becomes what we know. The one place where it does.

Called by the landing page, the webhook, the sweeps and whoever closes a page. It is safe to call
with the same news any number of times, in any order, from any number of processes: news is taken
under the tab's lock, and only what moves a state forward changes anything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Subquery, UUIDField

from config.kernel.events import publish
from config.kernel.money import Money
from config.kernel.prepared import Prepared, insert
from config.kernel.transactions import joining
from orders.models import Tab
from orders.services import history
from payments import events
from payments.gateway.snapshots import CheckoutSnapshot, IntentStatus, PageStatus, PaymentSnapshot
from payments.models import CheckoutAttempt, GatewayOperation, Payment
from payments.rules.attempt_states import AttemptState
from payments.rules.operation_states import OperationKind
from payments.selectors import balances
from payments.services import ledger, receipts, settlement
from payments.services.marks import subject_of

logger = logging.getLogger(__name__)


class CurrencyChanged(Exception):
    """Money arrived in another currency than was asked for. A person must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What matters of a snapshot, whichever object brought it."""

    page: PageStatus | None
    payment: PaymentSnapshot | None
    session_id: str
    email: str


def apply_checkout(snapshot: CheckoutSnapshot, *, now: datetime) -> CheckoutAttempt:
    """Take over what Stripe says of a page.

    :raises NotOurs: it carries no metadata of this installation.
    :raises CheckoutAttempt.DoesNotExist: it is ours, but its attempt is not to be found (yet).
    """
    news = _News(
        page=snapshot.status,
        payment=snapshot.payment,
        session_id=snapshot.session_id,
        email=snapshot.email,
    )
    return _apply(subject_of(snapshot.metadata, "attempt"), news, now=now)


def apply_payment(snapshot: PaymentSnapshot, *, now: datetime) -> CheckoutAttempt:
    """Take over what Stripe says of a payment. Raises as `apply_checkout` does."""
    news = _News(page=None, payment=snapshot, session_id="", email="")
    return _apply(subject_of(snapshot.metadata, "attempt"), news, now=now)


# The tab stands first in the order of locks, and an attempt keeps its tab for life.
_TAB: Final = Prepared(
    lambda place: Tab.objects.filter(
        id=Subquery(
            CheckoutAttempt.objects.filter(id=place("attempt_id", UUIDField())).values("tab_id")
        )
    ).locking()
)
# Payments are written under the tab's lock only, so whether there is one is certain here.
_ATTEMPT: Final = Prepared(
    lambda place: (
        CheckoutAttempt.objects.filter(id=place("attempt_id", UUIDField()))
        .annotate(
            is_taken=Exists(
                Payment.objects.filter(
                    account=OuterRef("account"), intent_id=place("intent_id", CharField())
                )
            )
        )
        .select_for_update()
    )
)


@joining
def _apply(attempt_id: UUID, news: _News, *, now: datetime) -> CheckoutAttempt:
    tab = _TAB.first(attempt_id=attempt_id)
    if tab is None:
        raise CheckoutAttempt.DoesNotExist
    intent_id = news.payment.intent_id if news.payment else ""
    attempt = _ATTEMPT.all(attempt_id=attempt_id, intent_id=intent_id)[0]
    if news.session_id and not attempt.session_id:
        attempt.session_id = news.session_id
        attempt.save(update_fields=["session_id"])
    _note_decline(attempt, news)
    if news.payment and news.payment.status == IntentStatus.SUCCEEDED:
        _take_money(attempt, tab=tab, news=news, paid=news.payment, now=now)
    elif wanted := _state_of(attempt, news):
        attempt.move_to(wanted)
    return attempt


def _state_of(attempt: CheckoutAttempt, news: _News) -> AttemptState | None:
    """Where an attempt without money stands, as far as this news tells."""
    status = news.payment.status if news.payment else None
    if status == IntentStatus.PROCESSING:
        return AttemptState.PROCESSING
    if news.page == PageStatus.EXPIRED:
        ours = GatewayOperation.objects.filter(
            subject_id=attempt.id, kind=OperationKind.EXPIRE_CHECKOUT
        )
        return AttemptState.SUPERSEDED if ours.exists() else AttemptState.EXPIRED
    has_failed = status in {IntentStatus.WAITING, IntentStatus.CANCELED}
    if has_failed and (news.page == PageStatus.COMPLETE or status == IntentStatus.CANCELED):
        return AttemptState.FAILED
    return None


def _note_decline(attempt: CheckoutAttempt, news: _News) -> None:
    code = news.payment.decline_code[:60] if news.payment else ""
    if code and code != attempt.last_decline:
        attempt.last_decline = code
        attempt.save(update_fields=["last_decline"])


def _take_money(
    attempt: Any, *, tab: Tab, news: _News, paid: PaymentSnapshot, now: datetime
) -> None:
    """Record captured money once: payment, ledger, receipt, settlement, history."""
    if attempt.is_taken:
        return
    payment = _record(attempt, news=news, paid=paid, now=now)
    attempt.move_to(AttemptState.PAID)
    ledger.post_payment(payment, tab=tab, now=now)
    booked = balances.get_booked(tab)
    receipts.issue(
        tab=tab,
        paid=receipts.Paid(
            source=payment,
            amount=payment.amount,
            tip=payment.tip,
            method=payment.card_brand or "card",
            last4=payment.card_last4,
            email=payment.email,
        ),
        paid_before=booked.paid - payment.amount,
        now=now,
    )
    history.record(
        tab_id=tab.id,
        kind="payment",
        at=now,
        actor="card_on_file" if attempt.consent_id else "guest",
        amount_minor=payment.amount_minor,
        tip_minor=payment.tip_minor,
        last4=payment.card_last4,
    )
    settlement.settle_if_paid(tab=tab, booked=booked, now=now)
    publish(events.PaymentSucceeded(payment_id=payment.id))


def _record(
    attempt: CheckoutAttempt, *, news: _News, paid: PaymentSnapshot, now: datetime
) -> Payment:
    if paid.received.currency != attempt.currency:
        raise CurrencyChanged(f"{paid.received.currency} for {attempt.currency}")
    amount, tip = _divide(attempt, paid.received)
    payment = Payment(
        account_id=attempt.account_id,
        tab_id=attempt.tab_id,
        attempt=attempt,
        intent_id=paid.intent_id,
        charge_id=paid.charge_id,
        amount_minor=amount.minor,
        tip_minor=tip.minor,
        currency=attempt.currency,
        card_brand=paid.card_brand,
        card_last4=paid.card_last4,
        email=_email_of(attempt, news, paid),
        paid_at=now,
    )
    insert(payment)
    return payment


def _email_of(attempt: CheckoutAttempt, news: _News, paid: PaymentSnapshot) -> str:
    """Where the receipt goes. Of a card on file: where its owner was promised to be told."""
    if attempt.consent_id is not None:
        return attempt.payer_email
    return news.email or paid.email or attempt.payer_email


def _divide(attempt: CheckoutAttempt, received: Money) -> tuple[Money, Money]:
    """The real money into bill and tip: the bill first, should it ever differ from the page's."""
    if received != attempt.charge:
        logger.error("Attempt %s asked %s and got %s", attempt.id, attempt.charge, received)
    amount = min(received, attempt.amount)
    return amount, received - amount
