"""Receipts, read back from what was frozen in them when they were issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from config.kernel.money import Money
from orders.models import Tab
from payments.models import Receipt
from payments.rules.accounts import CounterMethod

COUNTER_WORDS: Final[Mapping[str, str]] = {
    CounterMethod.CASH: gettext_noop("Cash at the counter"),
    CounterMethod.CARD_TERMINAL: gettext_noop("Card terminal"),
    CounterMethod.BANK_TRANSFER: gettext_noop("Bank transfer"),
    CounterMethod.OTHER: gettext_noop("At the counter"),
}
BRANDS: Final[Mapping[str, str]] = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One thing on the tab the receipt belongs to."""

    quantity: int
    name: str
    detail: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """How much tax of one rate is inside what was paid here."""

    name: str
    rate: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """What a receipt says, as money and words. `amount` and `tip` were paid here."""

    receipt: Receipt
    lines: tuple[ReceiptLine, ...]
    service_charge: Money
    total: Money
    paid_before: Money
    amount: Money
    tip: Money
    taxes: tuple[TaxShare, ...]
    method: str
    last4: str

    @property
    def paid(self) -> Money:
        """What left the payer's pocket: bill and tip."""
        return self.amount + self.tip

    @property
    def left(self) -> Money:
        """What was still open on the tab right after this payment."""
        return self.total - self.paid_before - self.amount

    @property
    def is_part(self) -> bool:
        """Whether others paid, or have to pay, the rest of the tab."""
        return self.amount != self.total

    @property
    def how(self) -> str:
        return how_paid(self.method, self.last4)


def how_paid(method: str, last4: str) -> str:
    """The means of payment in words: Visa ending 4242, or Cash at the counter."""
    if method in COUNTER_WORDS:
        return gettext(COUNTER_WORDS[method])
    brand = BRANDS.get(method) or gettext("Card")
    return (
        gettext("%(brand)s ending %(last4)s") % {"brand": brand, "last4": last4} if last4 else brand
    )


def find(*, tab: Tab, receipt_id: UUID) -> ReceiptPaper | None:
    """A receipt of this tab; None when it is another's, or there is none."""
    receipt = Receipt.objects.filter(tab=tab, id=receipt_id).first()
    return None if receipt is None else read(receipt)


def list_of(*, tab: Tab) -> tuple[ReceiptPaper, ...]:
    """Every receipt of a tab, the first payment first."""
    return tuple(read(receipt) for receipt in Receipt.objects.filter(tab=tab).order_by("number"))


def read(receipt: Receipt) -> ReceiptPaper:
    """The frozen content as money."""
    said = receipt.content

    def money(name: str) -> Money:
        return Money(said[name], said["currency"])

    return ReceiptPaper(
        receipt=receipt,
        lines=tuple(
            ReceiptLine(
                quantity=line["quantity"],
                name=line["name"],
                detail=line["detail"],
                amount=Money(line["amount_minor"], said["currency"]),
            )
            for line in said["lines"]
        ),
        service_charge=money("service_charge_minor"),
        total=money("total_minor"),
        paid_before=money("paid_before_minor"),
        amount=money("amount_minor"),
        tip=money("tip_minor"),
        taxes=tuple(
            TaxShare(
                name=tax["name"],
                rate=tax["rate"],
                net=Money(tax["net_minor"], said["currency"]),
                tax=Money(tax["tax_minor"], said["currency"]),
            )
            for tax in said["taxes"]
            if tax["tax_minor"]
        ),
        method=said["method"],
        last4=said["last4"],
    )
