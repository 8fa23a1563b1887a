"""The plain catalogue file: one row for each thing that is sold, in columns of our own.

`category`, `name` and `price` have to be there. `variation`, `tax` ("VAT 13.5 %"), `choices`
("Size | Milk"), `available` (yes, no), `duration_minutes`, `expected_result` and `limits` may be:
a column that is missing leaves what it speaks of as it is, an empty cell empties it.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from config.kernel.money import Money
from orders.rules.catalogue_cells import (
    Cells,
    WantedItem,
    join_variation,
    read_category,
    read_groups,
    read_minutes,
    read_paragraphs,
    read_tax,
    read_truth,
)
from orders.rules.written_prices import read_price

REQUIRED: Final = ("category", "name", "price")
COLUMNS: Final = (
    *REQUIRED, "tax", "choices", "available", "duration_minutes", "expected_result", "limits",
)  # fmt: skip
KNOWN: Final = frozenset({*COLUMNS, "variation"})
# Which part of an item a column speaks of, where its name is not the part's.
_PARTS: Final = {"choices": "groups", "available": "is_available"}


def fold(name: str) -> str:
    """A column's name as it is looked up."""
    return name.casefold().replace(" ", "_")


def parts_of(header: tuple[str, ...]) -> frozenset[str]:
    """What the file says anything about, beyond section, name and price."""
    optional = KNOWN - {*REQUIRED, "variation"}
    return frozenset(_PARTS.get(column, column) for column in header if column in optional)


def read_row(cells: Cells, currency: str) -> WantedItem:
    """What a row wants. What is wrong with it stands in `cells`."""
    return WantedItem(
        line=cells.line,
        category=cells.read("category", read_category, ""),
        name=cells.read("name", partial(join_variation, variation=cells.get("variation")), ""),
        price=cells.read("price", partial(read_price, currency=currency), Money.zero(currency)),
        tax=cells.read("tax", read_tax, None),
        groups=cells.read("choices", read_groups, ()),
        is_available=cells.read("available", read_truth, None),
        duration_minutes=cells.read("duration_minutes", read_minutes, None),
        expected_result=cells.read("expected_result", read_paragraphs, ""),
        limits=cells.read("limits", read_paragraphs, ""),
    )
