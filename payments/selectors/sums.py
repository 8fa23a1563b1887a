"""How a bill adds up, row by row: the same on every page and in every mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.rules.totals import TaxPart, Totals
from orders.selectors.bills import Bill
from orders.templatetags.display import when_text
from payments.selectors.balances import Standing
from payments.selectors.receipts import ReceiptPaper, TaxShare


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and its amount; the total is what the rows above it lead to."""

    label: str
    amount: Money
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Rows, and the row they lead to."""

    rows: tuple[Row, ...]
    label: str
    total: Money


def left_to_pay(bill: Bill, standing: Standing) -> Sums:
    """From the lines to what is still owed: tax and service charge, and what was paid already."""
    rows = [*_before_tax(bill), *_service_charge(bill), *_taxes(bill)]
    label, tax = gettext("Left to pay"), _tax_inside(bill)
    if standing.paid.is_positive:
        whole = gettext("Tab total, with %(tax)s") % {"tax": tax} if tax else gettext("Tab total")
        rows.append(Row(label=whole, amount=bill.total))
        rows.append(Row(label=gettext("Already paid"), amount=-standing.paid))
    elif tax:
        label = gettext("Left to pay, with %(tax)s") % {"tax": tax}
    return Sums(rows=tuple(rows), label=label, total=standing.balance)


def so_far(bill: Bill) -> Sums:
    """What a tab that is still open comes to by now."""
    rows = (*_before_tax(bill), *_service_charge(bill), *_taxes(bill))
    label = gettext("So far")
    if bill.venue.prices_include_tax and bill.totals.tax.is_positive:
        label = gettext("So far, %(tax)s included") % {"tax": tax_word(bill.totals)}
    return Sums(rows=rows, label=label, total=bill.total)


def before_total(paper: ReceiptPaper) -> tuple[Row, ...]:
    """What stands between a receipt's lines and the tab's total."""
    rows = []
    if paper.taxes_on_top:
        label = gettext("Before %(tax)s") % {"tax": _one_name(paper.taxes_on_top)}
        rows.append(Row(label=label, amount=paper.subtotal))
    if paper.service_charge.is_positive:
        rows.append(Row(label=gettext("Service charge"), amount=paper.service_charge))
    if not paper.rounding.is_zero:
        rows.append(Row(label=gettext("Rounding"), amount=paper.rounding))
    rows += [_tax_row(tax.name, tax.rate, tax.tax) for tax in paper.taxes_on_top]
    return tuple(rows)


def of_receipt(paper: ReceiptPaper) -> Iterator[Row]:
    """From a receipt's lines to what was paid here, and the tax inside it."""
    yield from before_total(paper)
    yield Row(label=gettext("Tab total"), amount=paper.total)
    if paper.is_part:
        yield Row(label=gettext("Your part of it"), amount=paper.amount)
    if paper.tip.is_positive:
        yield Row(label=gettext("Tip to the team"), amount=paper.tip)
    yield Row(label=gettext("You paid"), amount=paper.paid, is_total=True)
    for tax in paper.taxes_inside:
        label = gettext("Including %(tax)s at %(rate)s%% on %(net)s")
        words = {"tax": tax.name or gettext("tax"), "rate": tax.rate, "net": money_text(tax.net)}
        yield Row(label=label % words, amount=tax.tax)
    yield from since(paper)


def since(paper: ReceiptPaper) -> Iterator[Row]:
    """What went back to the card since the receipt was issued, and what that leaves."""
    for refund in paper.given_back:
        label = gettext("Given back, %(date)s") % {"date": when_text(refund.created_at, "moment")}
        yield Row(label=label, amount=-refund.whole)
    if paper.given_back:
        yield Row(label=gettext("Paid after that"), amount=paper.kept)


def tax_word(totals: Totals) -> str:
    """What the tax on a bill is called: VAT, when all of it is."""
    return _one_name(part for part in totals.taxes if part.tax.is_positive)


def _one_name(taxes: Iterable[TaxPart | TaxShare]) -> str:
    names = {part.name for part in taxes if part.name}
    return names.pop() if len(names) == 1 else gettext("tax")


def rate_text(rate: Decimal) -> str:
    """A rate without needless decimals: 23, 13.5."""
    return f"{rate.normalize():f}"


def _before_tax(bill: Bill) -> list[Row]:
    totals = bill.totals
    if bill.venue.prices_include_tax or not totals.tax.is_positive:
        return []
    label = gettext("Before %(tax)s") % {"tax": tax_word(totals)}
    return [Row(label=label, amount=totals.subtotal)]


def _service_charge(bill: Bill) -> list[Row]:
    """What stands beside the lines: the service charge, and what a merge or split rounded away."""
    charge = bill.totals.service_charge
    rows = [Row(label=gettext("Service charge"), amount=charge)] if charge.is_positive else []
    if not bill.totals.rounding.is_zero:
        rows.append(Row(label=gettext("Rounding"), amount=bill.totals.rounding))
    return rows


def _taxes(bill: Bill) -> list[Row]:
    if bill.venue.prices_include_tax:
        return []
    return [
        _tax_row(part.name, rate_text(part.rate), part.tax)
        for part in bill.totals.taxes
        if part.tax.is_positive
    ]


def _tax_row(name: str, rate: str, tax: Money) -> Row:
    words = {"tax": name or gettext("Tax"), "rate": rate}
    return Row(label=gettext("%(tax)s at %(rate)s%%") % words, amount=tax)


def _tax_inside(bill: Bill) -> str:
    """The tax that prices include, as amount and word: €2.59 VAT."""
    tax = bill.totals.tax
    if not bill.venue.prices_include_tax or not tax.is_positive:
        return ""
    return f"{money_text(tax)} {tax_word(bill.totals)}"
