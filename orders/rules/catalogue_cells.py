"""Cells of a catalogue file, each read as what it stands for or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.rules.texts import tidy, tidy_paragraphs

LONGEST_CATEGORY: Final = 60
LONGEST_NAME: Final = 80
LONGEST_GROUP: Final = 60
LONGEST_TAX: Final = 24
LONGEST_TEXT: Final = 2000
LONGEST_DAY: Final = 24 * 60
WHOLE: Final = 100
_TAX: Final = re.compile(
    r"(?P<name>.*?)(?:(?:^|[\s(])\(?(?P<rate>\d{1,3}(?:[.,]\d{1,3})?)\s*%?\)?)?", re.ASCII
)
_BETWEEN_GROUPS: Final = re.compile(r"(?<!\\)\|")
_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("y", "yes", "true", "1"), True),
    **dict.fromkeys(("n", "no", "false", "0"), False),
}
T = TypeVar("T")


class CellUnusable(DomainError):
    """What stands in a cell makes no sense there."""

    code = "cell_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxWish:
    """A tax by its name, its rate, or both."""

    name: str
    rate: Decimal | None

    def __str__(self) -> str:
        rate = "" if self.rate is None else f"{self.rate.normalize():f} %"
        return f"{self.name} {rate}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedItem:
    """One row that can be used, for what it says."""

    line: int
    category: str
    name: str
    price: Money
    tax: TaxWish | None = None
    groups: tuple[str, ...] = ()
    is_available: bool | None = None
    duration_minutes: int | None = None
    expected_result: str = ""
    limits: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """By what an item is found again."""
        return self.category.casefold(), self.name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row cannot be used."""

    line: int
    column: str
    why: DomainError


@dataclass(slots=True)
class Cells:
    """One row while it is read: what is wrong is collected, so that all of it is told at once."""

    line: int
    by_column: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def get(self, column: str) -> str:
        return self.by_column.get(column, "").strip()

    def read(self, column: str, reader: Callable[[str], T], otherwise: T) -> T:
        """What a cell stands for; when it cannot be read, `otherwise` and a problem."""
        try:
            return reader(self.get(column))
        except DomainError as why:
            self.refuse(column, why)
            return otherwise

    def refuse(self, column: str, why: DomainError) -> None:
        self.problems.append(Problem(line=self.line, column=column, why=why))


def read_name(text: str, *, limit: int) -> str:
    """:raises CellUnusable: nothing is left of it. :raises TextTooLong: too much is."""
    name = tidy(text, limit=limit)
    if not name:
        raise CellUnusable(gettext_noop("This must not be empty."))
    return name


read_category = partial(read_name, limit=LONGEST_CATEGORY)
read_paragraphs = partial(tidy_paragraphs, limit=LONGEST_TEXT)


def join_variation(name: str, variation: str) -> str:
    """An item's name with what sets this variation of it apart.

    :raises CellUnusable: it has no name. :raises TextTooLong: both are too long together.
    """
    name = read_name(name, limit=LONGEST_NAME)
    variation = tidy(variation, limit=LONGEST_NAME)
    return tidy(f"{name}, {variation}", limit=LONGEST_NAME) if variation else name


def read_tax(text: str) -> TaxWish | None:
    """`VAT 13.5 %`, `VAT (13,5%)`, `VAT` or `13.5`; none when the cell is empty.

    :raises CellUnusable: there is no such rate. :raises TextTooLong: of the name.
    """
    match = _TAX.fullmatch(tidy(text, limit=LONGEST_TEXT))
    if match is None or not match[0]:
        return None
    rate = Decimal(match["rate"].replace(",", ".")) if match["rate"] else None
    if rate is not None and rate > WHOLE:
        raise CellUnusable(gettext_noop("A tax is between 0 and 100 %."))
    return TaxWish(name=tidy(match["name"], limit=LONGEST_TAX), rate=rate)


def read_groups(text: str) -> tuple[str, ...]:
    """Names of choices with `|` between them; a backslash stands before one inside a name."""
    names = (part.replace("\\|", "|") for part in _BETWEEN_GROUPS.split(text))
    return tuple(dict.fromkeys(filter(None, (tidy(name, limit=LONGEST_GROUP) for name in names))))


def write_groups(names: list[str]) -> str:
    """The same, to be read again."""
    return " | ".join(name.replace("|", "\\|") for name in names)


def read_truth(text: str) -> bool | None:
    """Yes or no; none when the cell is empty.

    :raises CellUnusable: it is neither.
    """
    if not text:
        return None
    if text.casefold() not in _TRUTH:
        raise CellUnusable(gettext_noop("Write yes or no."))
    return _TRUTH[text.casefold()]


def read_minutes(text: str) -> int | None:
    """:raises CellUnusable: no whole number of minutes within a day."""
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_DAY))
    if not is_number or not 0 < int(text) <= LONGEST_DAY:
        raise CellUnusable(gettext_noop("Write whole minutes, up to a day: 45."))
    return int(text)
