"""What went back of a payment, and what still may."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Sum

from config.kernel.money import Money
from orders.models import Tab
from payments.models import Payment, Refund, RefundLine
from payments.rules.refund_states import RefundState
from payments.rules.refunding import Parts
from payments.selectors import balances


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
    """What of the tab's sales had been given back before this refund."""
    others = Refund.objects.booked().filter(tab_id=refund.tab_id).exclude(id=refund.id)
    returned = Sum(F("amount_minor") - F("excess_minor"), default=0)
    return Money(others.aggregate(whole=returned)["whole"], refund.currency)


def lines_given_back(tab: Tab) -> frozenset[UUID]:
    """Lines of a tab that were, or are being, given back as a whole."""
    chosen = RefundLine.objects.filter(refund__tab=tab, refund__in=Refund.objects.holding())
    return frozenset(chosen.values_list("line_id", flat=True))
