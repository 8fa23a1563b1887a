"""How much one payer may pay of a tab now.

`open_amount` is what is unpaid and not reserved by another payer's open page. A part may not leave
a rest that Stripe could not charge: 0 < rest < the smallest charge (decision 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, smallest_charge


class PayMode(StrEnum):
    ALL = "all"
    SHARE = "share"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a payer asked for: everything, one of `ways` equal parts, or an amount of their own."""

    mode: PayMode
    ways: int = 1
    amount: Money | None = None


class NothingLeftToPay(DomainError):
    """The tab is paid, or others are paying all of it right now."""

    code = "nothing_left_to_pay"


class PartTooLarge(DomainError):
    """More than is left was asked for."""

    code = "part_too_large"


class PartTooSmall(DomainError):
    """The part is under the smallest amount a card can be charged."""

    code = "part_too_small"


class RestTooSmall(DomainError):
    """What would be left could not be charged to a card."""

    code = "rest_too_small"


def part_to_pay(choice: Choice, *, open_amount: Money) -> Money:
    """The part of the bill this payer pays now, without the tip.

    :raises NothingLeftToPay: nothing is unpaid and unreserved.
    :raises PartTooLarge: the chosen amount is more than that.
    :raises PartTooSmall: the part is less than the smallest charge.
    :raises RestTooSmall: the rest would be.
    """
    if not open_amount.is_positive:
        raise NothingLeftToPay(gettext_noop("There is nothing left to pay right now."))
    part = _chosen(choice, open_amount)
    if open_amount < part:
        raise PartTooLarge(gettext_noop("That is more than what is left to pay."))
    least = smallest_charge(open_amount.currency)
    if part < least:
        raise PartTooSmall(
            gettext_noop(
                "A card payment must be at least %(least)s. Pay all of it, or at the counter."
            ),
            least=least,
        )
    rest = open_amount - part
    if rest.is_positive and rest < least:
        raise RestTooSmall(
            gettext_noop("That would leave %(rest)s, too little for a card. Please pay all of it."),
            rest=rest,
        )
    return part


def _chosen(choice: Choice, open_amount: Money) -> Money:
    if choice.mode == PayMode.SHARE:
        return open_amount.split(max(choice.ways, 1))[0]
    if choice.mode == PayMode.AMOUNT and choice.amount is not None:
        return choice.amount
    return open_amount
