"""Splitting what a tab comes to, so that no unit is lost and everybody can reckon it again.

A split first says what each part comes to (`evenly`, `by_weights`, `by_amounts`), by largest
remainder in the currency's steps, the earlier part first. Then `spread` cuts the lines to it: line
after line is shared by what each part still needs, so every line is handed out whole and every part
gets exactly its worth:

    10.00 evenly by 3                       3.34 · 3.33 · 3.33
    lines 4.00 and 6.00 into 3.34/3.33/3.33 4.00 → 1.34 1.33 1.33 · 6.00 → 2.00 2.00 2.00

Tax on top and a service charge are rounded on each tab for itself, so the totals of the parts can
miss the whole by a step; `rounding` is that difference, kept by the tab that stays (totals.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, smallest_charge, step_of, total

MOST_PARTS: Final = 20


class RearrangementKind(StrEnum):
    TRANSFER = "transfer"
    MERGE = "merge"
    SPLIT = "split"


class SplitUnclear(DomainError):
    """Not so many parts, or these are no weights or amounts."""

    code = "split_unclear"


class PartTooSmall(DomainError):
    """A part would be less than a card can be charged."""

    code = "part_too_small"


class NothingLeft(DomainError):
    """The parts would leave nothing on the tab."""

    code = "nothing_left"


def evenly(left: Money, *, ways: int) -> list[Money]:
    """Equal parts of what is left; the first stays, the others become tabs of their own.

    :raises SplitUnclear: fewer than two ways, or more than twenty.
    :raises PartTooSmall: a part could not be paid by card.
    """
    return by_weights(left, weights=[1] * max(ways, 0))


def by_weights(left: Money, *, weights: Sequence[int]) -> list[Money]:
    """Parts in proportion; the first stays. Raises as `evenly`, and for a weight below one."""
    _check_count(len(weights))
    if min(weights) < 1:
        raise SplitUnclear(gettext_noop("Every part needs a weight of at least one."))
    return _large_enough(left.allocate(weights))


def by_amounts(left: Money, *, amounts: Sequence[Money]) -> list[Money]:
    """What stays, and then the amounts asked for.

    :raises SplitUnclear: none, too many, or no amounts of this currency.
    :raises NothingLeft: together they are all that is left, or more.
    :raises PartTooSmall: a part, or what stays, could not be paid by card.
    """
    _check_count(len(amounts) + 1)
    step = step_of(left.currency)
    if any(each.currency != left.currency or each.minor % step for each in amounts):
        raise SplitUnclear(gettext_noop("That is no amount of this tab's currency."))
    stays = left - total(amounts, left.currency)
    if not stays.is_positive:
        raise NothingLeft(gettext_noop("Leave something on this tab."))
    return _large_enough([stays, *amounts])


def worth_of_parts(
    parts: Sequence[Money], *, whole: Money, worth: Money, at_hand: Money
) -> list[Money]:
    """What lines each part takes along, in terms of their worth before tax on top and service.

    `whole` is what the tab comes to, `worth` what its lines do, `at_hand` those that may be cut.
    """
    rest = whole - total(parts, whole.currency)
    taken = worth.allocate([*(part.minor for part in parts), rest.minor])[:-1]
    over = total(taken, whole.currency) - at_hand
    if over.is_positive:
        taken = at_hand.allocate([each.minor for each in taken])
    return taken


def spread(lines: Sequence[Money], *, parts: Sequence[Money]) -> list[list[Money]]:
    """What each part takes of each line; what no part takes stays where it is.

    Every part gets exactly what it needs, and no line gives more than it has. The lines must come
    to at least the parts.
    """
    currency = lines[0].currency if lines else ""
    needs = list(parts)
    stays = total(lines, currency) - total(parts, currency)
    rows = []
    for line in lines:
        weights = [stays.minor, *(need.minor for need in needs)]
        kept, *given = line.allocate(weights) if sum(weights) else [line * 0] * len(weights)
        stays -= kept
        needs = [need - share for need, share in zip(needs, given, strict=True)]
        rows.append(given)
    return rows


def _check_count(count: int) -> None:
    if not 2 <= count <= MOST_PARTS:  # noqa: PLR2004  # One part is no split.
        raise SplitUnclear(
            gettext_noop("A tab can be split into 2 to %(most)s parts."), most=MOST_PARTS
        )


def _large_enough(parts: list[Money]) -> list[Money]:
    least = smallest_charge(parts[0].currency)
    if any(part < least for part in parts):
        raise PartTooSmall(gettext_noop("Every part must come to at least %(least)s."), least=least)
    return parts
