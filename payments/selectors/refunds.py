"""What went back of a payment, and what still may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Sum

from config.kernel.money import Money, total
from orders.models import Line, Tab
from orders.selectors import tabs
from payments.models import Payment, Refund, RefundLine
from payments.rules.refund_states import RefundState
from payments.rules.refunding import Parts
from payments.selectors import balances, shares


def left_of(payment: Payment) -> Parts:
    """What was captured less what went back or may yet go."""
    gone = Refund.objects.holding().filter(payment=payment)
    sums = gone.aggregate(bill=Sum("amount_minor", default=0), tip=Sum("tip_minor", default=0))
    return Parts(
        bill=payment.amount - Money(sums["bill"], payment.currency),
        tip=payment.tip - Money(sums["tip"], payment.currency),
    )


def excess_of(tab: Tab) -> Money:
    """What came in too much and is not on its way back yet."""
    asked = Refund.objects.filter(tab=tab, state=RefundState.REQUESTED)
    underway = asked.aggregate(whole=Sum("excess_minor", default=0))["whole"]
    return balances.get_standing(tab).overpaid - Money(underway, tab.currency)


def returned_before(refund: Refund) -> Money:
    """What of the sales of its bill had been given back before this refund."""
    whole_bill = tabs.together(tabs.follow(refund.tab).id)
    others = Refund.objects.booked().filter(tab_id__in=whole_bill).exclude(id=refund.id)
    returned = Sum(F("amount_minor") - F("excess_minor"), default=0)
    return Money(others.aggregate(whole=returned)["whole"], refund.currency)


def lines_given_back(tab: Tab) -> frozenset[UUID]:
    """Lines of a tab that were, or are being, given back as a whole, on whichever payment."""
    chosen = RefundLine.objects.filter(line__tab=tab, refund__in=Refund.objects.holding())
    return frozenset(chosen.values_list("line_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToGiveBack:
    """A line that can be given back as a whole, at what it came to with tax and service charge."""

    line: Line
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What of one payment can go back: its parts, and the lines that fit into them."""

    payment: Payment
    left: Parts
    lines: tuple[LineToGiveBack, ...]

    def sum_of(self, line_ids: Iterable[UUID]) -> Money:
        """What these lines came to together."""
        wanted = frozenset(line_ids)
        return total(
            [each.amount for each in self.lines if each.line.id in wanted], self.payment.currency
        )


def find_options(*, tab: Tab, payment_id: UUID) -> Options | None:
    """What can go back of a card payment of this tab; None when it is another's.

    With a payment of a tab that was merged into this one, this one's lines can go back.
    """
    here = Payment.objects.filter(tab_id__in=tabs.together(tab.id), id=payment_id)
    payment = here.select_related("receipt").first()
    if payment is None:
        return None
    tab = tabs.follow(tab)
    left, gone = left_of(payment), lines_given_back(tab)
    amounts = {share.line_id: share.amount for share in shares.get_shares(tab=tab)}
    lines = tuple(
        LineToGiveBack(line=line, amount=amounts[line.id])
        for line in tab.lines.standing().in_order()
        if line.id not in gone and amounts[line.id].is_positive and amounts[line.id] <= left.bill
    )
    return Options(payment=payment, left=left, lines=lines)
