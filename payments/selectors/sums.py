"""How a bill adds up, row by row: the same on every page and in every mail."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from config.kernel.money import Money
from orders.rules.totals import Totals
from orders.selectors.bills import Bill
from orders.templatetags.display import money_text
from payments.selectors.balances import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and its amount."""

    label: str
    amount: Money


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


def tax_word(totals: Totals) -> str:
    """What the tax on a bill is called: VAT, when all of it is."""
    names = {part.name for part in totals.taxes if part.name and part.tax.is_positive}
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
    charge = bill.totals.service_charge
    return [Row(label=gettext("Service charge"), amount=charge)] if charge.is_positive else []


def _taxes(bill: Bill) -> list[Row]:
    if bill.venue.prices_include_tax:
        return []
    return [
        Row(
            label=gettext("%(tax)s at %(rate)s%%")
            % {"tax": part.name or gettext("Tax"), "rate": rate_text(part.rate)},
            amount=part.tax,
        )
        for part in bill.totals.taxes
        if part.tax.is_positive
    ]


def _tax_inside(bill: Bill) -> str:
    """The tax that prices include, as amount and word: €2.59 VAT."""
    tax = bill.totals.tax
    if not bill.venue.prices_include_tax or not tax.is_positive:
        return ""
    return f"{money_text(tax)} {tax_word(bill.totals)}"
