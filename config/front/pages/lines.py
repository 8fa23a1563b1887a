"""The lines of a bill as staff pages show them, with what was chosen and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.kernel.money import Money
from orders.models import Line
from orders.selectors.promises import Promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice made with an item; `delta` is None where it costs nothing."""

    name: str
    delta: Money | None

    @property
    def costs_more(self) -> bool:
        return self.delta is not None and self.delta.is_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line with its choices readable, and what it promised, if it promised anything."""

    line: Line
    choices: tuple[Chosen, ...]
    promised: Promised | None


def readable(lines: Iterable[Line], promised: Iterable[Promised]) -> tuple[BillLine, ...]:
    """Lines ready for a page."""
    of_line = {each.line_id: each for each in promised}
    return tuple(
        BillLine(line=line, choices=_choices(line), promised=of_line.get(line.id)) for line in lines
    )


def _choices(line: Line) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(
            name=str(each["name"]),
            delta=Money(each["delta_minor"], line.currency) if each["delta_minor"] else None,
        )
        for each in line.modifiers
    )
