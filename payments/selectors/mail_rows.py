"""The rows of a mail: the same words and the same amounts in its text and in its HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Line
from orders.rules.mail_words import flat
from orders.selectors.bills import Bill
from payments.selectors.receipts import ReceiptLine
from payments.selectors.sums import Row

LINE_WIDTH: Final = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a mail: the same words and the same amount in both of its parts."""

    label: str
    amount: str
    is_total: bool = False

    @property
    def plain(self) -> str:
        """As a line of text; a long label gets a line of its own."""
        room = LINE_WIDTH - len(self.amount) - 1
        if len(self.label) <= room:
            return f"{self.label:<{room}} {self.amount}"
        return f"{self.label}\n{self.amount:>{LINE_WIDTH}}"


def detail(line: ReceiptLine) -> str:
    """A line's choices, whether it is shared, and whether the payer ticked it as theirs."""
    shared = gettext("a share of it") if line.is_shared else ""
    here = gettext("paid here") if line.is_chosen else ""
    return ", ".join(filter(None, (line.detail, shared, here)))


def things(bill: Bill) -> list[Entry]:
    """Every line that counts."""
    return [
        thing(line.quantity, line.name, _about(line), line.amount, off=line.off)
        for line in bill.standing
    ]


def _about(line: Line) -> str:
    shared = gettext("a share of it") if line.is_shared else ""
    return ", ".join(filter(None, (line.modifier_names, shared)))


def thing(quantity: int, name: str, detail: str, amount: Money, *, off: Money) -> Entry:
    """A line of the tab: 2 × Flat white, oat milk, €1.00 taken off."""
    less = gettext("%(amount)s taken off") % {"amount": money_text(off)} if off.minor else ""
    what = ", ".join(part for part in (flat(name), flat(detail), less) if part)
    return Entry(label=f"{quantity} × {what}", amount=money_text(amount))


def entry(row: Row) -> Entry:
    return Entry(label=flat(row.label), amount=money_text(row.amount), is_total=row.is_total)


def total(label: str, amount: Money) -> Entry:
    return Entry(label=label, amount=money_text(amount), is_total=True)
