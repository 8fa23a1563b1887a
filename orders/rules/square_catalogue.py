"""The item library as Square's dashboard exports it: a row is one variation of an item.

Described at squareup.com/help/us/en/article/5153-import-items-online. `Tax - Sales (7%)` and
`Modifier Set - Milk` are columns of Y and N; what a set consists of is not in the file. A price
may be left to the till (empty, or "variable"), which is no price here. An item without a category
lands in "Uncategorised", as it does there; of several the one for reports counts, else the first.
"Regular" is what Square calls the only variation of an item, so it is no part of the name. What is
archived, or in stock but not for sale, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from config.kernel.errors import gettext_noop
from config.kernel.money import Money
from orders.rules.catalogue_cells import (
    LONGEST_GROUP,
    Cells,
    CellUnusable,
    TaxWish,
    WantedItem,
    join_variation,
    read_category,
    read_name,
    read_tax,
    read_truth,
)
from orders.rules.written_prices import read_price

REQUIRED: Final = ("item name", "variation name", "price")
READ: Final = frozenset(
    {*REQUIRED, "category", "categories", "reporting category", "archived", "sellable"}
)
ONLY_VARIATION: Final = "Regular"
UNCATEGORISED: Final = "Uncategorised"
TAX: Final = re.compile(r"tax - (?P<tax>.* ?\([\d.,]+ ?%\))", re.IGNORECASE | re.ASCII)
GROUP: Final = re.compile(r"modifier set - (?P<name>.+)", re.IGNORECASE)
OPEN_PRICES: Final = frozenset({"", "variable"})


def fold(name: str) -> str:
    """A column's name as it is looked up; those that name a tax or a set keep their letters."""
    return name.casefold() if name.casefold() in READ else name


def is_read(column: str) -> bool:
    """Whether a column says something to us."""
    return column in READ or bool(TAX.fullmatch(column) or GROUP.fullmatch(column))


def parts_of(header: tuple[str, ...]) -> frozenset[str]:
    """What the file says anything about, beyond section, name and price."""
    patterns = {"tax": TAX, "groups": GROUP}
    return frozenset(
        part for part, pattern in patterns.items() if any(map(pattern.fullmatch, header))
    )


def read_row(cells: Cells, currency: str) -> WantedItem | None:
    """What a row wants; None: it is left out. What is wrong with it stands in `cells`."""
    if cells.read("archived", read_truth, None) or (
        cells.read("sellable", read_truth, None) is False
    ):
        return None
    variation = cells.get("variation name")
    if variation.casefold() == ONLY_VARIATION.casefold():
        variation = ""
    return WantedItem(
        line=cells.line,
        category=_category(cells),
        name=cells.read("item name", partial(join_variation, variation=variation), ""),
        price=cells.read("price", partial(_price, currency=currency), Money.zero(currency)),
        tax=_tax(cells),
        groups=_groups(cells),
    )


def _category(cells: Cells) -> str:
    if cells.get("reporting category"):
        return cells.read("reporting category", read_category, "")
    if cells.get("category"):
        return cells.read("category", read_category, "")
    if cells.get("categories"):
        return cells.read("categories", _first_category, "")
    return UNCATEGORISED


def _first_category(text: str) -> str:
    """Of `Drinks > Coffee, Favourites` the one that is Coffee."""
    return read_category(text.partition(",")[0].rpartition(">")[2])


def _price(text: str, *, currency: str) -> Money:
    if text.casefold() in OPEN_PRICES:
        raise CellUnusable(gettext_noop("Square leaves this price to the till. Write one."))
    return read_price(text, currency)


def _tax(cells: Cells) -> TaxWish | None:
    taxes = list(_ticked(cells, TAX))
    if len(taxes) > 1:
        why = gettext_noop("This has %(count)s taxes; an item can have one.")
        cells.refuse(taxes[1], CellUnusable(why, count=len(taxes)))
    if not taxes:
        return None
    match = TAX.fullmatch(taxes[0])
    assert match is not None
    return cells.read(taxes[0], partial(_tax_named, match["tax"]), None)


def _groups(cells: Cells) -> tuple[str, ...]:
    names = []
    for column in _ticked(cells, GROUP):
        match = GROUP.fullmatch(column)
        assert match is not None
        names.append(cells.read(column, partial(_group_name, match["name"]), ""))
    return tuple(dict.fromkeys(names))


def _tax_named(heading: str, _ticked: str) -> TaxWish | None:
    return read_tax(heading)


def _group_name(heading: str, _ticked: str) -> str:
    return read_name(heading, limit=LONGEST_GROUP)


def _ticked(cells: Cells, pattern: re.Pattern[str]) -> Iterator[str]:
    """The columns of this kind that say yes."""
    for column in cells.by_column:
        if pattern.fullmatch(column) and cells.read(column, read_truth, None):
            yield column


def write_tax_column(name: str, rate: Decimal) -> str:
    """The heading Square knows a tax by."""
    return f"Tax - {name} ({rate.normalize():f}%)"


def write_group_column(name: str) -> str:
    """The heading Square knows a set of choices by."""
    return f"Modifier Set - {name}"
