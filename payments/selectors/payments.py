"""What was paid on a tab, by card and at the counter, in one shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.kernel.money import Money
from payments.models import CounterPayment, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That a payment at the counter does not count any more, since when and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment as a page shows it. `method` is `card` or a `CounterMethod`."""

    id: UUID
    method: str
    brand: str
    last4: str
    amount: Money
    tip: Money
    at: datetime
    email: str
    recorded_by: str
    receipt_id: UUID | None
    receipt_label: str
    taken_back: TakenBack | None = None

    @property
    def is_card(self) -> bool:
        return self.method == "card"

    @property
    def charge(self) -> Money:
        return self.amount + self.tip


def list_payments(*, tab_id: UUID) -> tuple[Paid, ...]:
    """Every payment of a tab, oldest first, in two statements."""
    cards = Payment.objects.filter(tab_id=tab_id).select_related("receipt")
    counter = CounterPayment.objects.filter(tab_id=tab_id).select_related(
        "receipt", "recorded_by", "reversal__reversed_by"
    )
    found: Iterable[Paid] = [*map(_card, cards), *map(_counter, counter)]
    return tuple(sorted(found, key=lambda paid: paid.at))


def _card(payment: Payment) -> Paid:
    receipt = getattr(payment, "receipt", None)
    return Paid(
        id=payment.id,
        method="card",
        brand=payment.card_brand,
        last4=payment.card_last4,
        amount=payment.amount,
        tip=payment.tip,
        at=payment.paid_at,
        email=payment.email,
        recorded_by="",
        receipt_id=receipt.id if receipt else None,
        receipt_label=receipt.label if receipt else "",
    )


def _counter(payment: CounterPayment) -> Paid:
    receipt = getattr(payment, "receipt", None)
    return Paid(
        id=payment.id,
        method=payment.method,
        brand="",
        last4="",
        amount=payment.amount,
        tip=payment.tip,
        at=payment.recorded_at,
        email="",
        recorded_by=payment.recorded_by.get_short_name(),
        receipt_id=receipt.id if receipt else None,
        receipt_label=receipt.label if receipt else "",
        taken_back=_taken_back(payment),
    )


def _taken_back(payment: CounterPayment) -> TakenBack | None:
    if not payment.is_reversed:
        return None
    reversal = payment.reversal
    return TakenBack(
        at=reversal.reversed_at, by=reversal.reversed_by.get_short_name(), reason=reversal.reason
    )
