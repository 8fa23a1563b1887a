"""Money taken at the counter: cash, a card terminal, a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, step_of
from orders.models import Tab, User
from orders.services import history
from payments.models import CounterPayment
from payments.rules.accounts import CounterMethod
from payments.selectors import balances
from payments.selectors.balances import Standing
from payments.services import checkout, ledger, receipts, settlement
from payments.services.requests import NotOwing


class MoreThanOwed(DomainError):
    """More was to be put on the tab than it owes; the rest is change, or a tip."""

    code = "more_than_owed"


class TooLittleReceived(DomainError):
    """Less was handed over than was to be recorded."""

    code = "too_little_received"


class AmountUnclear(DomainError):
    """The amount is zero, negative, in another currency, or no amount of this one."""

    code = "amount_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken: `amount` for the bill, `tip`, and with cash what was handed over."""

    method: CounterMethod
    amount: Money
    tip: Money
    received: Money | None = None


def record_counter_payment(
    *, tab_id: UUID, by: User, taken: Taken, request_key: str, now: datetime
) -> CounterPayment:
    """Record money taken at the counter, once for each `request_key`.

    Where guests have Stripe pages open for the same money, those are closed first.

    :raises NotOwing: the tab is open, settled or void.
    :raises MoreThanOwed: the amount is more than is owed.
    :raises TooLittleReceived: less cash was handed over than amount and tip.
    :raises AmountUnclear: it is no amount of this tab's currency.
    :raises GatewayAway: an open page could not be closed.
    """
    before = CounterPayment.objects.filter(tab_id=tab_id, request_key=request_key).first()
    if before is not None:
        return before
    tab = Tab.objects.get(id=tab_id)
    if balances.get_standing(tab).open_amount.minor < taken.amount.minor:
        checkout.withdraw_all(tab_id=tab_id, now=now)
    return _record(tab_id, by=by, taken=taken, request_key=request_key, now=now)


@transaction.atomic
def _record(
    tab_id: UUID, *, by: User, taken: Taken, request_key: str, now: datetime
) -> CounterPayment:
    tab = Tab.objects.lock(tab_id)
    before = CounterPayment.objects.filter(tab_id=tab_id, request_key=request_key).first()
    if before is not None:
        return before
    standing = balances.get_standing(tab)
    received = _check(tab, standing, taken)
    payment = CounterPayment.objects.create(
        tab=tab,
        method=taken.method,
        amount_minor=taken.amount.minor,
        tip_minor=taken.tip.minor,
        received_minor=received.minor,
        currency=tab.currency,
        recorded_by=by,
        recorded_at=now,
        request_key=request_key,
    )
    _follow_up(payment, tab=tab, paid_before=standing.paid, now=now)
    return payment


def _follow_up(payment: CounterPayment, *, tab: Tab, paid_before: Money, now: datetime) -> None:
    ledger.post_counter_payment(payment, tab=tab, now=now)
    receipts.issue(
        tab=tab,
        paid=receipts.Paid(
            source=payment,
            amount=payment.amount,
            tip=payment.tip,
            method=payment.method,
            last4="",
            email=tab.customer.email if tab.customer else "",
        ),
        paid_before=paid_before,
        now=now,
    )
    history.record(
        tab_id=tab.id,
        kind="counter_payment",
        at=now,
        by=payment.recorded_by,
        method=payment.method,
        amount_minor=payment.amount_minor,
        tip_minor=payment.tip_minor,
    )
    settlement.settle_if_paid(tab=tab, now=now)


def _check(tab: Tab, standing: Standing, taken: Taken) -> Money:
    """What was handed over, once everything about the amounts holds."""
    if not tab.is_owing:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))
    step = step_of(tab.currency)
    amounts = (taken.amount, taken.tip, taken.received or taken.amount + taken.tip)
    if any(each.currency != tab.currency or each.minor % step for each in amounts):
        raise AmountUnclear(gettext_noop("That is no amount of this tab's currency."))
    if not taken.amount.is_positive or taken.tip.minor < 0:
        raise AmountUnclear(gettext_noop("The amount must be more than zero."))
    if standing.open_amount < taken.amount:
        raise MoreThanOwed(
            gettext_noop("Only %(left)s is left to pay. Give the rest back, or enter it as a tip."),
            left=standing.open_amount,
        )
    received = amounts[2]
    if received < taken.amount + taken.tip:
        raise TooLittleReceived(gettext_noop("Less was handed over than that."))
    return received
