"""Receipts, read back from what was frozen in them when they were issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from config.kernel.money import Money
from config.kernel.money import total as sum_of
from orders.models import Tab
from orders.selectors import tabs
from orders.selectors.promises import Promised
from payments.models import CounterReversal, Receipt, Refund
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
    """One thing on the tab the receipt belongs to; chosen, where the payer ticked it as theirs.

    `off` was taken off on purpose; of a shared line the rest is on other tabs.
    """

    quantity: int
    name: str
    detail: str
    amount: Money
    is_chosen: bool
    off: Money
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """How much tax of one rate there is, and on what."""

    name: str
    rate: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """What a receipt says, as money and words. `amount` and `tip` were paid here.

    `taxes` are inside what was paid here; `taxes_on_top` are the whole tab's, where its prices are
    without tax. `given_back` went back to the card since then: a receipt is not written anew.
    """

    receipt: Receipt
    purchase_order: str
    lines: tuple[ReceiptLine, ...]
    subtotal: Money
    rounding: Money
    promised: tuple[Promised, ...]
    service_charge: Money
    taxes_on_top: tuple[TaxShare, ...]
    total: Money
    paid_before: Money
    amount: Money
    tip: Money
    taxes: tuple[TaxShare, ...]
    method: str
    last4: str
    given_back: tuple[Refund, ...]

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
    def chosen(self) -> tuple[ReceiptLine, ...]:
        """What the payer ticked as theirs; nothing, where a sum was paid."""
        return tuple(line for line in self.lines if line.is_chosen)

    @property
    def taxes_inside(self) -> tuple[TaxShare, ...]:
        """The tax in what was paid, unless the same stands above it as the tab's own already."""
        return self.taxes if self.is_part or not self.taxes_on_top else ()

    @property
    def taken_back(self) -> CounterReversal | None:
        """Why the payment does not count any more; None while it does."""
        payment = self.receipt.counter_payment
        return payment.reversal if payment and payment.is_reversed else None

    @property
    def kept(self) -> Money:
        """What was paid here, less what was given back."""
        return self.paid - sum_of([each.whole for each in self.given_back], self.paid.currency)

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
    return next(_read_all(_receipts(tab).filter(id=receipt_id)), None)


def list_of(*, tab: Tab) -> tuple[ReceiptPaper, ...]:
    """Every receipt of a tab, the first payment first."""
    return tuple(_read_all(_receipts(tab).order_by("number")))


def _receipts(tab: Tab) -> QuerySet[Receipt]:
    """Those of a tab, and of tabs that were merged into it."""
    return Receipt.objects.filter(tab_id__in=tabs.together(tab.id)).select_related(
        "counter_payment__reversal"
    )


def _read_all(receipts: QuerySet[Receipt]) -> Iterator[ReceiptPaper]:
    """Receipts and what went back of them, in two statements."""
    given_back: defaultdict[UUID | None, list[Refund]] = defaultdict(list)
    found = list(receipts)
    payments = [receipt.payment_id for receipt in found if receipt.payment_id]
    if payments:
        for refund in Refund.objects.booked().filter(payment__in=payments).order_by("created_at"):
            given_back[refund.payment_id].append(refund)
    for receipt in found:
        yield _read(receipt, given_back[receipt.payment_id])


def read(receipt: Receipt) -> ReceiptPaper:
    """One receipt that was read or issued already, with what went back of it."""
    refunds = Refund.objects.booked().filter(payment=receipt.payment_id).order_by("created_at")
    return _read(receipt, refunds if receipt.payment_id else ())


def _read(receipt: Receipt, given_back: Iterable[Refund]) -> ReceiptPaper:
    """The frozen content as money. Receipts from before a fact was kept read as without it."""
    said = receipt.content

    def money(name: str) -> Money:
        return Money(said.get(name, 0), said["currency"])

    return ReceiptPaper(
        receipt=receipt,
        purchase_order=said.get("purchase_order", ""),
        lines=tuple(_line(line, said["currency"]) for line in said["lines"]),
        subtotal=money("subtotal_minor"),
        rounding=money("rounding_minor"),
        # Receipts of the first days know nothing of promises.
        promised=tuple(_promised(each, said["currency"]) for each in said.get("promised", ())),
        service_charge=money("service_charge_minor"),
        taxes_on_top=_taxes(said.get("taxes_on_top", ()), said["currency"]),
        total=money("total_minor"),
        paid_before=money("paid_before_minor"),
        amount=money("amount_minor"),
        tip=money("tip_minor"),
        taxes=_taxes(said["taxes"], said["currency"]),
        method=said["method"],
        last4=said["last4"],
        given_back=tuple(given_back),
    )


def _line(line: Mapping[str, Any], currency: str) -> ReceiptLine:
    return ReceiptLine(
        quantity=line["quantity"],
        name=line["name"],
        detail=line["detail"],
        amount=Money(line["amount_minor"], currency),
        off=Money(line.get("off_minor", 0), currency),
        is_shared=line.get("is_shared", False),
        is_chosen=line.get("is_chosen", False),
    )


def _taxes(taxes: Iterable[Mapping[str, Any]], currency: str) -> tuple[TaxShare, ...]:
    return tuple(
        TaxShare(
            name=tax["name"],
            rate=tax["rate"],
            net=Money(tax["net_minor"], currency),
            tax=Money(tax["tax_minor"], currency),
        )
        for tax in taxes
        if tax["tax_minor"]
    )


def _promised(said: Mapping[str, Any], currency: str) -> Promised:
    return Promised(
        line_id=UUID(said["line"]),
        name=said["name"],
        amount=Money(said["amount_minor"], currency),
        version=said["version"],
        digest=said["digest"],
        duration_minutes=said["duration_minutes"],
        expected_result=said["expected_result"],
        limits=said["limits"],
        way=said["way"],
        reason=said["reason"],
        at=datetime.fromisoformat(said["at"]) if said["at"] else None,
    )
