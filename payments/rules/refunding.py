"""How much of a payment may go back, and what it goes back for."""

from __future__ import annotations

from dataclasses import dataclass

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, step_of


class RefundUnclear(DomainError):
    """The amount is none of the payment's currency, or nothing at all."""

    code = "amount_unclear"


class MoreThanLeft(DomainError):
    """More was asked for than was captured and has not gone back yet."""

    code = "more_than_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Money of one payment, its part of the bill and its tip apart."""

    bill: Money
    tip: Money

    @property
    def whole(self) -> Money:
        return self.bill + self.tip

    def __sub__(self, other: Parts) -> Parts:
        return Parts(bill=self.bill - other.bill, tip=self.tip - other.tip)


def ensure_refundable(wanted: Parts, *, left: Parts) -> None:
    """:raises RefundUnclear, MoreThanLeft: these parts cannot go back."""
    currency = left.bill.currency
    asked = (wanted.bill, wanted.tip)
    if any(each.currency != currency or each.minor % step_of(currency) for each in asked):
        raise RefundUnclear(gettext_noop("That is no amount of this payment's currency."))
    if any(each.minor < 0 for each in asked) or not wanted.whole.is_positive:
        raise RefundUnclear(gettext_noop("The amount must be more than zero."))
    for each, most in zip(asked, (left.bill, left.tip), strict=True):
        if most < each:
            raise MoreThanLeft(
                gettext_noop("Only %(left)s of this can still be given back."), left=most
            )


def divide(amount: Money, *, left: Parts) -> Parts:
    """A sum named by somebody who knows no tip: off the bill first, then off the tip.

    What is more than both is counted to the bill, so that nothing that moved is lost.
    """
    bill = min(amount, left.bill)
    tip = min(amount - bill, left.tip)
    return Parts(bill=amount - tip, tip=tip)


def excess_in(bill: Money, *, excess: Money) -> Money:
    """The share of a refund that only gives back what came in too much."""
    return min(bill, excess) if excess.is_positive else Money.zero(bill.currency)
