"""What Stripe says of held money becomes what we know. The one place where it does.

Safe to call with the same news any number of times, in any order, from any number of processes:
news is taken under the hold's lock, after its tab's where it is taken for one, and only what moves
a state forward changes anything. What has to be done about it is left to the next step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.events import Event, publish
from config.kernel.money import Money
from orders.models import Tab
from orders.services import history
from payments import events
from payments.gateway.snapshots import CheckoutSnapshot, IntentStatus, PageStatus, PaymentSnapshot
from payments.models import Hold, Payment
from payments.rules.hold_states import (
    HoldState,
    Wish,
    can_move,
    end_of_let_go,
    end_of_taken,
)
from payments.selectors import balances
from payments.services import ledger, receipts, settlement
from payments.services.marks import subject_of
from payments.services.snapshots import CurrencyChanged

logger = logging.getLogger(__name__)
TOLD: Final[Mapping[HoldState, Callable[[UUID], Event]]] = {
    HoldState.CARD_SAVED: lambda hold_id: events.HoldCardSaved(hold_id=hold_id),
    HoldState.HELD: lambda hold_id: events.HoldPlaced(hold_id=hold_id),
    HoldState.APPLIED: lambda hold_id: events.HoldCaptured(hold_id=hold_id),
    HoldState.CAPTURED: lambda hold_id: events.HoldCaptured(hold_id=hold_id),
    HoldState.RELEASED: lambda hold_id: events.HoldReleased(hold_id=hold_id),
    HoldState.EXPIRED: lambda hold_id: events.HoldExpired(hold_id=hold_id),
    HoldState.DROPPED: lambda hold_id: events.HoldReleased(hold_id=hold_id),
    HoldState.FAILED: lambda hold_id: events.HoldFailed(hold_id=hold_id),
}


class TakenElsewhere(Exception):
    """The money was taken at the moment somebody asked for it to be; the news is asked anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    page: CheckoutSnapshot | None
    payment: PaymentSnapshot | None


def is_about_hold(metadata: Mapping[str, str]) -> bool:
    """Whether something at Stripe was made to hold money, by whichever installation."""
    return "hold" in metadata


def take_over_page(snapshot: CheckoutSnapshot, *, now: datetime) -> Hold:
    """Take over what Stripe says of a page on which money is held or a card is given.

    :raises NotOurs: it carries no metadata of this installation.
    :raises Hold.DoesNotExist: it is ours, but its hold is not to be found (yet).
    """
    news = _News(page=snapshot, payment=snapshot.payment)
    return _apply(subject_of(snapshot.metadata, "hold"), news, now=now)


def take_over_payment(snapshot: PaymentSnapshot, *, now: datetime) -> Hold:
    """Take over what Stripe says of held money. Raises as `take_over_page` does."""
    news = _News(page=None, payment=snapshot)
    return _apply(subject_of(snapshot.metadata, "hold"), news, now=now)


def move(hold: Hold, wanted: HoldState, *, now: datetime, **fields: Any) -> bool:
    """Move a locked hold on, have it looked at again, and say so; False when it is old news."""
    if not hold.move_to(wanted, now=now, next_check_at=now, **fields):
        return False
    if wanted in TOLD:
        publish(TOLD[wanted](hold.id))
    return True


@transaction.atomic
def _apply(hold_id: UUID, news: _News, *, now: datetime) -> Hold:
    tab_id = Hold.objects.only("tab_id").get(id=hold_id).tab_id
    tab = Tab.objects.lock(tab_id) if tab_id is not None else None
    hold = Hold.objects.select_for_update().get(id=hold_id)
    if hold.tab_id != tab_id:
        raise TakenElsewhere
    if news.page is not None:
        _take_page(hold, news.page, now=now)
    if news.payment is not None:
        _take_payment(hold, tab, news.payment, now=now)
    if news.page is not None and news.page.status == PageStatus.EXPIRED:
        wanted = HoldState.DROPPED if hold.wish == Wish.RELEASE else HoldState.FAILED
        move(hold, wanted, now=now)
    return hold


def _take_page(hold: Hold, page: CheckoutSnapshot, *, now: datetime) -> None:
    if not hold.session_id:
        hold.put(session_id=page.session_id, url=page.url)
    card = page.setup.card if page.setup else None
    if card is not None and not hold.card_ref:
        hold.put(
            card_ref=card.card_ref,
            card_brand=card.brand,
            card_last4=card.last4,
            customer_ref=card.customer_ref or hold.customer_ref,
            next_check_at=now,
        )
        _begin(hold, HoldState.CARD_SAVED, now=now)


def _take_payment(hold: Hold, tab: Tab | None, paid: PaymentSnapshot, *, now: datetime) -> None:
    if paid.amount.currency != hold.currency:
        raise CurrencyChanged(f"{paid.amount.currency} for {hold.currency}")
    if paid.decline_code and paid.decline_code != hold.decline_code:
        hold.put(decline_code=paid.decline_code[:60])
    if paid.status == IntentStatus.SUCCEEDED or paid.capture_before is not None:
        _hold(hold, paid, now=now)
    if paid.status == IntentStatus.SUCCEEDED:
        _take(hold, tab, paid, now=now)
    elif paid.status == IntentStatus.CANCELED and hold.is_held:
        move(hold, end_of_let_go(Wish(hold.wish)), now=now)


def _hold(hold: Hold, paid: PaymentSnapshot, *, now: datetime) -> None:
    """The money is there; its bank's deadline may have moved since we heard of it."""
    if hold.is_held and hold.capture_before != paid.capture_before and paid.capture_before:
        hold.put(capture_before=paid.capture_before)
    _begin(
        hold,
        HoldState.HELD,
        now=now,
        intent_id=paid.intent_id,
        charge_id=paid.charge_id,
        card_brand=paid.card_brand,
        card_last4=paid.card_last4,
        capture_before=paid.capture_before,
        held_at=now,
    )


def _begin(hold: Hold, wanted: HoldState, *, now: datetime, **fields: Any) -> None:
    """From now on there is a card behind the purpose; a second one is let go of at once."""
    if not can_move(HoldState(hold.state), wanted):
        return
    try:
        with transaction.atomic():
            move(hold, wanted, now=now, **fields)
    except IntegrityError:
        hold.refresh_from_db()
        move(hold, wanted, now=now, **fields, wish=Wish.RELEASE)


def _take(hold: Hold, tab: Tab | None, paid: PaymentSnapshot, *, now: datetime) -> None:
    """Record taken money once: for a tab with all that belongs to a payment, else as a fee."""
    if not hold.is_held:
        return
    if hold.wish and paid.received != hold.to_take:
        logger.error("Hold %s was to give %s and gave %s", hold.id, hold.to_take, paid.received)
    received = min(paid.received, hold.amount)
    end = end_of_taken(Wish(hold.wish))
    move(hold, end, now=now, captured_minor=received.minor, charge_id=paid.charge_id)
    if end == HoldState.APPLIED and tab is not None:
        _pay(hold, tab, received, now=now)
    else:
        ledger.post_hold(hold, tab=None, payment=None, now=now)


def _pay(hold: Hold, tab: Tab, amount: Money, *, now: datetime) -> None:
    payment = Payment.objects.create(
        account_id=hold.account_id,
        tab=tab,
        hold=hold,
        intent_id=hold.intent_id or "",
        charge_id=hold.charge_id,
        amount_minor=amount.minor,
        currency=hold.currency,
        card_brand=hold.card_brand,
        card_last4=hold.card_last4,
        email=hold.email,
        paid_at=now,
    )
    ledger.post_hold(hold, tab=tab, payment=payment, now=now)
    booked = balances.get_booked(tab)
    receipts.issue(
        tab=tab,
        paid=receipts.Paid(
            source=payment,
            amount=amount,
            tip=payment.tip,
            method=hold.card_brand or "card",
            last4=hold.card_last4,
            email=hold.email,
        ),
        paid_before=booked.paid - amount,
        now=now,
    )
    history.record(
        tab_id=tab.id,
        kind="payment",
        at=now,
        actor="deposit",
        amount_minor=amount.minor,
        tip_minor=0,
        last4=hold.card_last4,
    )
    settlement.settle_if_paid(tab=tab, booked=booked, now=now)
    publish(events.PaymentSucceeded(payment_id=payment.id))
