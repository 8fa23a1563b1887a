"""What was paid on a tab, by card and at the counter, in one shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from config.kernel.money import Money, total
from orders.selectors import tabs
from payments.models import CounterPayment, Payment, Refund
from payments.rules.refund_states import HOLDING


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That a payment at the counter does not count any more, since when and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A refund as a page shows it; `state` is a `RefundState`, and `by` empty for nobody here."""

    id: UUID
    payment_id: UUID
    state: str
    amount: Money
    tip: Money
    at: datetime
    by: str
    reason: str

    @property
    def whole(self) -> Money:
        return self.amount + self.tip

    @property
    def counts(self) -> bool:
        """Whether it went back, or may yet."""
        return self.state in HOLDING


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
    refunds: tuple[GivenBack, ...] = ()

    @property
    def is_card(self) -> bool:
        return self.method == "card"

    @property
    def charge(self) -> Money:
        return self.amount + self.tip

    @property
    def left(self) -> Money:
        """What of it was not given back, nor is about to be."""
        gone = [refund.whole for refund in self.refunds if refund.counts]
        return self.charge - total(gone, self.charge.currency)

    @property
    def is_refundable(self) -> bool:
        return self.is_card and self.left.is_positive


def list_payments(*, tab_id: UUID) -> tuple[Paid, ...]:
    """Every payment of a tab, oldest first, with what went back of it, in four statements.

    Those of tabs that were merged into it are among them: what they came to counts here.
    """
    here = Q(tab_id__in=tabs.together(tab_id))
    cards = (
        Payment.objects.filter(here)
        .select_related("receipt")
        .prefetch_related(Prefetch("refunds", _refunds()))
    )
    counter = CounterPayment.objects.filter(here).select_related(
        "receipt", "recorded_by", "reversal__reversed_by"
    )
    found: Iterable[Paid] = [*map(_card, cards), *map(_counter, counter)]
    return tuple(sorted(found, key=lambda paid: paid.at))


def list_refunds(*, tab_id: UUID) -> tuple[GivenBack, ...]:
    """Every refund of a tab's payments, oldest first, and of tabs merged into it."""
    return tuple(map(given_back, _refunds().filter(tab_id__in=tabs.together(tab_id))))


def given_back(refund: Refund) -> GivenBack:
    return GivenBack(
        id=refund.id,
        payment_id=refund.payment_id,
        state=refund.state,
        amount=refund.amount,
        tip=refund.tip,
        at=refund.created_at,
        by=refund.requested_by.get_short_name() if refund.requested_by else "",
        reason=refund.reason and gettext(refund.reason),
    )


def _refunds() -> QuerySet[Refund]:
    return Refund.objects.select_related("requested_by").order_by("created_at", "id")


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
        refunds=tuple(map(given_back, payment.refunds.all())),
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
