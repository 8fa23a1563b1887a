"""Taking back money that was recorded at the counter: by a reversal, never by deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.texts import tidy_reason
from orders.selectors import bills
from orders.services import history, messages
from payments import emails
from payments.models import CounterPayment, CounterReversal
from payments.services import ledger, settlement
from payments.services.requests import PAY_PATH

LONGEST_REASON: Final = 160


class NoSuchCounterPayment(DomainError):
    """The tab has no such payment at the counter. Doors answer 404."""

    code = "counter_payment_unknown"


class MoneyMovedOn(DomainError):
    """What was paid counts on another tab by now."""

    code = "money_moved_on"


@transaction.atomic
def reverse(
    *, tab_id: UUID, payment_id: UUID, by: User, role: Role, reason: str, now: datetime
) -> CounterReversal:
    """Make a counter payment count no more. Asked again, the reversal there is comes back.

    A tab that it had settled owes again, by the date it had (decision 0011). Whoever got its
    receipt by mail is told.

    :raises NotAllowed: the role may not review money.
    :raises NoSuchCounterPayment: it is another tab's, or there is none.
    :raises MoneyMovedOn: the tab was merged into another.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    """
    ensure_may(role, Right.REVIEW_MONEY)
    tab = Tab.objects.lock(tab_id)
    if tab.is_merged:
        raise MoneyMovedOn(gettext_noop("This tab was merged. Undo the merge first."))
    payment = (
        CounterPayment.objects.select_related("reversal", "receipt")
        .filter(tab_id=tab_id, id=payment_id)
        .first()
    )
    if payment is None:
        raise NoSuchCounterPayment(gettext_noop("This tab has no such payment at the counter."))
    if payment.is_reversed:
        return payment.reversal
    reversal = CounterReversal.objects.create(
        counter_payment=payment,
        reason=tidy_reason(reason, limit=LONGEST_REASON),
        reversed_by=by,
        reversed_at=now,
    )
    ledger.reverse_counter_payment(payment, tab=tab, now=now)
    _tell_history(reversal, now=now)
    settlement.owe_again_if_due(tab=tab, now=now)
    if payment.receipt.email:
        _tell_payer(reversal, now=now)
    return reversal


def _tell_history(reversal: CounterReversal, *, now: datetime) -> None:
    payment = reversal.counter_payment
    history.record(
        tab_id=payment.tab_id,
        kind="counter_payment_reversed",
        at=now,
        by=reversal.reversed_by,
        method=payment.method,
        amount_minor=payment.amount_minor,
        tip_minor=payment.tip_minor,
        reason=reversal.reason,
    )


def _tell_payer(reversal: CounterReversal, *, now: datetime) -> None:
    receipt = reversal.counter_payment.receipt
    bill = bills.get_bill(tab_id=receipt.tab_id)
    mail = emails.receipt_reversed(reversal=reversal, receipt=receipt, bill=bill)
    messages.write(
        venue=bill.venue,
        tab=bill.tab,
        kind=emails.RECEIPT_REVERSED,
        source_key=f"receipt:{receipt.id}:reversed",
        to=receipt.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
    )
