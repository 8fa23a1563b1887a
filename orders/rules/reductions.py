"""What is taken off a bill on purpose: things on the house, and discounts.

A comp gives away units of one line: their share of what the line still costs. A discount takes an
amount, or per cent, off one line or off everything that stands. Percentages are rounded once, half
up, to the currency's step; what goes off several lines is shared by their worth, by largest
remainder, the earlier line first:

    comp       1 of 3 units still costing 10.00      → 3.33 off   (2 of 3: 6.67; all 3: 10.00)
    discount   10 % off lines of 3.20 and 3.85       → 0.71 off: 0.32 and 0.39
    discount   1.00 off lines of 5.00, 5.00 and 5.00 → 0.34, 0.33, 0.33

No line ever falls below zero; its tax follows, since tax is reckoned on what a line still costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, step_of, total

WHOLE: Final = Decimal(100)
FINEST: Final = Decimal("0.01")


class ReductionKind(StrEnum):
    COMP = "comp"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """What one decision took off one line. `quantity` is how many units; None for a discount."""

    id: str
    kind: ReductionKind
    quantity: int | None
    amount: Money
    reason: str

    @property
    def is_comp(self) -> bool:
        return self.kind == ReductionKind.COMP


class NothingToReduce(DomainError):
    """What was chosen costs nothing any more."""

    code = "nothing_to_reduce"


class ReductionTooLarge(DomainError):
    """More was to come off than it costs."""

    code = "reduction_too_large"


class ReductionUnclear(DomainError):
    """It is no number of units, no percentage, or no amount of this currency."""

    code = "reduction_unclear"


class AboveGiftLimit(DomainError):
    """More than this person may give away in a day."""

    code = "above_gift_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reducible:
    """A line as it stands: what it still costs, and how many of it were not given away yet."""

    line_id: UUID
    worth: Money
    units: int


def comp(line: Reducible, *, quantity: int | None) -> Money:
    """What comes off for giving away so many of a line; all that is left of it without a number.

    :raises ReductionUnclear: fewer than one, or more than are there.
    :raises NothingToReduce: they cost nothing any more.
    """
    count = line.units if quantity is None else quantity
    if line.units and not 1 <= count <= line.units:
        raise ReductionUnclear(
            gettext_noop("Between 1 and %(most)s of this can be given away."), most=line.units
        )
    if not line.worth.is_positive or not line.units:
        raise NothingToReduce(gettext_noop("There is nothing left to take off."))
    off = line.worth.allocate([count, line.units - count])[0]
    if not off.is_positive:
        raise NothingToReduce(gettext_noop("There is nothing left to take off."))
    return off


def comp_all(lines: Sequence[Reducible]) -> list[Money]:
    """What comes off each line when everything is on the house.

    :raises NothingToReduce: nothing costs anything any more.
    """
    if not any(line.worth.is_positive for line in lines):
        raise NothingToReduce(gettext_noop("There is nothing left to take off."))
    return [line.worth for line in lines]


def discount(
    lines: Sequence[Reducible], *, percent: Decimal | None = None, amount: Money | None = None
) -> list[Money]:
    """What comes off each of the lines, in their order.

    :raises ReductionUnclear: not exactly one of percentage and amount, or it is none.
    :raises NothingToReduce: the lines cost nothing, or the percentage comes to nothing.
    :raises ReductionTooLarge: the amount is more than the lines cost.
    """
    whole = total([line.worth for line in lines], lines[0].worth.currency) if lines else None
    if whole is None or not whole.is_positive:
        raise NothingToReduce(gettext_noop("There is nothing left to take off."))
    off = _asked(whole, percent=percent, amount=amount)
    if not off.is_positive:
        raise NothingToReduce(gettext_noop("That comes to nothing."))
    if whole < off:
        raise ReductionTooLarge(
            gettext_noop("Only %(most)s can come off; that is all it costs."), most=whole
        )
    return off.allocate([line.worth.minor for line in lines])


def ensure_within(limit: Money, *, given: Money, wanted: Money) -> None:
    """:raises AboveGiftLimit: with what was given before, it is more than the limit."""
    if limit < given + wanted:
        left = limit - given
        raise AboveGiftLimit(
            gettext_noop("You may give away %(left)s more today. Ask a manager."),
            left=left if left.is_positive else Money.zero(limit.currency),
        )


def _asked(whole: Money, *, percent: Decimal | None, amount: Money | None) -> Money:
    if percent is not None and amount is None:
        if not 0 < percent <= WHOLE or percent != percent.quantize(FINEST):
            raise ReductionUnclear(gettext_noop("A discount is between 0.01 and 100 per cent."))
        return whole.percent(percent)
    if amount is None or percent is not None:
        raise ReductionUnclear(gettext_noop("Give either an amount or per cent."))
    if amount.currency != whole.currency or amount.minor % step_of(whole.currency):
        raise ReductionUnclear(gettext_noop("That is no amount of this tab's currency."))
    if not amount.is_positive:
        raise ReductionUnclear(gettext_noop("The amount must be more than zero."))
    return amount
