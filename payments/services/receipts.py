"""Numbered proof of each payment, and its mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from config.kernel.prepared import insert
from orders.models import Line, Message, Tab
from orders.rules.totals import TaxPart, share_taxes
from orders.selectors import bills, promises
from orders.selectors.bills import Bill
from orders.selectors.promises import Promised
from orders.services import messages
from payments import emails
from payments.models import AttemptLine, CounterPayment, Payment, Receipt, ReceiptBook
from payments.services.requests import PAY_PATH


class NoReceiptAddress(DomainError):
    """The receipt has no address to go to."""

    code = "no_address"


class ReceiptTakenBack(DomainError):
    """The payment does not count any more, so nothing may say that it was made."""

    code = "receipt_taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a receipt needs to know of the payment it is for."""

    source: Payment | CounterPayment
    amount: Money
    tip: Money
    method: str
    last4: str
    email: str


def issue(*, tab: Tab, paid: Paid, paid_before: Money, now: datetime) -> Receipt:
    """Number and freeze one payment's receipt, and mail it where an address is known.

    The caller holds the tab's lock; the number is taken under the book's.
    """
    bill = bills.bill_of(tab)
    number = _next_number(tab)
    receipt = Receipt(
        venue_id=tab.venue_id,
        tab=tab,
        payment=paid.source if isinstance(paid.source, Payment) else None,
        counter_payment=paid.source if isinstance(paid.source, CounterPayment) else None,
        number=number,
        label=f"{bill.venue.receipt_prefix}-{bill.venue.local(now).year}-{number:05d}",
        content=_content(bill, paid, paid_before),
        email=paid.email,
        issued_at=now,
    )
    insert(receipt)
    if receipt.email:
        key = f"receipt:{receipt.id}"
        _write_mail(receipt, bill=bill, source_key=key, now=now, may_repeat=False)
    return receipt


@transaction.atomic
def send_again(*, receipt_id: UUID, now: datetime, email: str = "") -> Message:
    """Mail a receipt once more; at most once an hour to one address.

    :raises NoReceiptAddress: it has none, and none was given.
    :raises ReceiptTakenBack: its payment was taken back.
    """
    receipt = Receipt.objects.select_for_update().get(id=receipt_id)
    if receipt.counter_payment and receipt.counter_payment.is_reversed:
        raise ReceiptTakenBack(gettext_noop("This receipt was taken back and is not sent again."))
    if email and not receipt.email:
        receipt.email = email
        receipt.save(update_fields=["email"])
    if not receipt.email:
        raise NoReceiptAddress(gettext_noop("Please say where the receipt should go."))
    bill = bills.get_bill(tab_id=receipt.tab_id)
    key = f"receipt:{receipt.id}:{receipt.email}:{now:%Y%m%d%H}"[:120]
    return _write_mail(receipt, bill=bill, source_key=key, now=now)


def _next_number(tab: Tab) -> int:
    """The next number of the venue's book, which is held from here to the transaction's end."""
    books = ReceiptBook.objects.filter(venue_id=tab.venue_id)
    if not books.update(next_number=F("next_number") + 1):
        ReceiptBook.objects.get_or_create(venue_id=tab.venue_id)
        books.update(next_number=F("next_number") + 1)
    return books.values_list("next_number", flat=True).get() - 1


def _content(bill: Bill, paid: Paid, paid_before: Money) -> dict[str, Any]:
    """What the receipt says for ever: the tab as context, and what was paid here."""
    taxes = share_taxes(
        bill.totals.taxes, whole=bill.total, paid_before=paid_before, paid_now=paid.amount
    )
    chosen = _chosen(paid.source)
    return {
        "currency": bill.tab.currency,
        "tab": bill.tab.number,
        "token": bill.tab.token_code,
        "purchase_order": bill.tab.purchase_order,
        "lines": [_line(line, is_chosen=line.id in chosen) for line in bill.standing],
        "subtotal_minor": bill.totals.subtotal.minor,
        "rounding_minor": bill.totals.rounding.minor,
        "taxes_on_top": [] if bill.venue.prices_include_tax else _taxes(bill.totals.taxes),
        "promised": [_promised(each) for each in promises.list_promised(bill.lines)],
        "service_charge_minor": bill.totals.service_charge.minor,
        "total_minor": bill.total.minor,
        "paid_before_minor": paid_before.minor,
        "amount_minor": paid.amount.minor,
        "tip_minor": paid.tip.minor,
        "taxes": _taxes(taxes),
        "method": paid.method,
        "last4": paid.last4,
    }


def _chosen(source: Payment | CounterPayment) -> set[UUID]:
    """The lines that this payer ticked as theirs; none, where it was a sum that was paid."""
    if isinstance(source, CounterPayment):
        return set()
    chosen = AttemptLine.objects.filter(attempt_id=source.attempt_id)
    return set(chosen.values_list("line_id", flat=True))


def _line(line: Line, *, is_chosen: bool) -> dict[str, Any]:
    return {
        "quantity": line.quantity,
        "name": line.name,
        "detail": line.modifier_names,
        "amount_minor": line.amount.minor,
        "is_chosen": is_chosen,
        "off_minor": line.off_minor,
        "is_shared": line.is_shared,
    }


def _taxes(parts: Iterable[TaxPart]) -> list[dict[str, Any]]:
    return [_tax(part) for part in parts]


def _promised(each: Promised) -> dict[str, Any]:
    """What was promised and how it was acknowledged; never by whom: others may hold the receipt."""
    return {
        "line": str(each.line_id),
        "name": each.name,
        "amount_minor": each.amount.minor,
        "version": each.version,
        "digest": each.digest,
        "duration_minutes": each.duration_minutes,
        "expected_result": each.expected_result,
        "limits": each.limits,
        "way": each.way,
        "reason": each.reason,
        "at": each.at.isoformat() if each.at else None,
    }


def _tax(part: TaxPart) -> dict[str, Any]:
    return {
        "name": part.name,
        "rate": f"{part.rate.normalize():f}",
        "net_minor": part.net.minor,
        "tax_minor": part.tax.minor,
    }


def _write_mail(
    receipt: Receipt, *, bill: Bill, source_key: str, now: datetime, may_repeat: bool = True
) -> Message:
    mail = emails.receipt(receipt=receipt, bill=bill)
    return messages.write(
        venue=bill.venue,
        tab=bill.tab,
        kind=emails.RECEIPT,
        source_key=source_key,
        to=receipt.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
        may_repeat=may_repeat,
    )
