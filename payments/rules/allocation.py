"""How much one payer may pay of a tab now.

Chosen items are whole lines; earlier part-payments come off the rest, never off a chosen line.
`open_amount` is what is unpaid and not reserved by another payer's open page. A part may not leave
a rest that Stripe could not charge: 0 < rest < the smallest charge (decision 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, smallest_charge, total


class PayMode(StrEnum):
    ALL = "all"
    SHARE = "share"
    AMOUNT = "amount"
    ITEMS = "items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a payer asked for: everything, one of `ways` equal parts, an amount, or some lines."""

    mode: PayMode
    ways: int = 1
    amount: Money | None = None
    line_ids: tuple[UUID, ...] = ()


class NothingLeftToPay(DomainError):
    """The tab is paid, or others are paying all of it right now."""

    code = "nothing_left_to_pay"


class NothingChosen(DomainError):
    """My items were asked for, and none was ticked."""

    code = "nothing_chosen"


class LineTaken(DomainError):
    """Somebody else is paying for a chosen line, or has."""

    code = "line_taken"


class PartTooLarge(DomainError):
    """More than is left was asked for."""

    code = "part_too_large"


class PartTooSmall(DomainError):
    """The part is under the smallest amount a card can be charged."""

    code = "part_too_small"


class RestTooSmall(DomainError):
    """What would be left could not be charged to a card."""

    code = "rest_too_small"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShare:
    """What a line comes to with its tax and service charge, and whether it is still to be had."""

    line_id: UUID
    amount: Money
    is_taken: bool


def share_out(
    whole: Money, worths: Mapping[UUID, Money], taken: Collection[UUID]
) -> tuple[LineShare, ...]:
    """The tab's total over its lines, by their worth; nothing is lost."""
    weights = [worth.minor for worth in worths.values()]
    amounts = whole.allocate(weights) if sum(weights) else [whole] * len(weights)
    return tuple(
        LineShare(line_id=line_id, amount=amount, is_taken=line_id in taken)
        for line_id, amount in zip(worths, amounts, strict=True)
    )


def add_chosen(choice: Choice, shares: Iterable[LineShare], currency: str) -> Money:
    """What the chosen lines come to together.

    :raises NothingChosen: none of the tab's lines is.
    :raises LineTaken: one of them is another payer's.
    """
    chosen = [share for share in shares if share.line_id in choice.line_ids]
    if not chosen:
        raise NothingChosen(gettext_noop("Tick what you are paying for in the list."))
    if any(share.is_taken for share in chosen):
        raise LineTaken(gettext_noop("Somebody else is paying for one of these. Choose again."))
    return total([share.amount for share in chosen], currency)


def part_to_pay(choice: Choice, *, open_amount: Money, shares: Iterable[LineShare] = ()) -> Money:
    """The part of the bill this payer pays now, without the tip.

    `shares` are the tab's lines; they matter where lines were chosen.

    :raises NothingChosen, LineTaken: see `add_chosen`.
    :raises NothingLeftToPay: nothing is unpaid and unreserved.
    :raises PartTooLarge: the chosen amount is more than that.
    :raises PartTooSmall: the part is less than the smallest charge.
    :raises RestTooSmall: the rest would be.
    """
    if not open_amount.is_positive:
        raise NothingLeftToPay(gettext_noop("There is nothing left to pay right now."))
    part = _chosen(choice, open_amount, shares)
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


def _chosen(choice: Choice, open_amount: Money, shares: Iterable[LineShare]) -> Money:
    if choice.mode == PayMode.ITEMS:
        return add_chosen(choice, shares, open_amount.currency)
    if choice.mode == PayMode.SHARE:
        return open_amount.split(max(choice.ways, 1))[0]
    if choice.mode == PayMode.AMOUNT and choice.amount is not None:
        return choice.amount
    return open_amount
