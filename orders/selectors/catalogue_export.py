"""A venue's menu as a file: the same two kinds that can be imported, written piece by piece."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from config.kernel.money import Money, display_exponent_of
from orders.models import CatalogueItem, Venue
from orders.rules.catalogue_cells import TaxWish, write_groups
from orders.rules.catalogue_files import FileKind
from orders.rules.formula_cells import as_text
from orders.rules.plain_catalogue import COLUMNS
from orders.rules.square_catalogue import ONLY_VARIATION, write_group_column, write_tax_column
from orders.selectors.catalogue_plans import tax_key

CHUNK: Final = 500
# Without it spreadsheets take UTF-8 for the letters of their own country.
MARK: Final = "\ufeff"
TICKS: Final = {True: "Y", False: "N"}
SQUARE_COLUMNS: Final = (
    "Token", "Item Name", "Variation Name", "SKU", "Description", "Category", "Price", "Archived",
)  # fmt: skip


def stream_catalogue(*, venue: Venue, kind: FileKind) -> Iterator[str]:
    """Everything on sale, sold out or not, in the venue's order; lines of a CSV file."""
    writer = csv.writer(_Passing())
    for count, cells in enumerate(_STREAMS[kind](venue)):
        line: str = writer.writerow([as_text(cell) for cell in cells])
        yield line if count else MARK + line


class _Passing:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _plain(venue: Venue) -> Iterator[Iterable[str]]:
    yield COLUMNS
    for item in _items(venue):
        yield (
            item.category.name,
            item.name,
            _price(item, venue),
            _tax(item),
            write_groups([group.name for group in item.modifier_groups.all()]),
            "yes" if item.is_available else "no",
            "" if item.duration_minutes is None else str(item.duration_minutes),
            item.expected_result,
            item.limits,
        )


def _square(venue: Venue) -> Iterator[Iterable[str]]:
    """What an item library needs; keys and stock are Square's own and stay empty."""
    rows = venue.modifier_groups.order_by("position", "id")
    groups = list(dict.fromkeys(rows.values_list("name", flat=True)))
    taxes = [tax_key(row) for row in venue.tax_rates.order_by("name", "rate")]
    yield (
        *SQUARE_COLUMNS,
        *(write_group_column(name) for name in groups),
        *(write_tax_column(name, rate) for name, rate in taxes),
    )
    for item in _items(venue):
        chosen = {group.name for group in item.modifier_groups.all()}
        tax = item.tax_rate and tax_key(item.tax_rate)
        yield (
            *("", item.name, ONLY_VARIATION, "", ""),
            *(item.category.name, _price(item, venue), "N"),
            *(TICKS[name in chosen] for name in groups),
            *(TICKS[key == tax] for key in taxes),
        )


_STREAMS: Final[Mapping[FileKind, Callable[[Venue], Iterator[Iterable[str]]]]] = {
    FileKind.PLAIN: _plain,
    FileKind.SQUARE: _square,
}


def _items(venue: Venue) -> Iterator[CatalogueItem]:
    items = venue.catalogue.on_sale().select_related("category", "tax_rate")
    items = items.prefetch_related("modifier_groups")
    ordered = items.order_by("category__position", "category_id", "position", "name")
    return ordered.iterator(chunk_size=CHUNK)


def _price(item: CatalogueItem, venue: Venue) -> str:
    """With all decimals that people here write, as a number that spreadsheets can add."""
    price = Money(item.price_minor, venue.currency)
    return f"{price.decimal:.{display_exponent_of(venue.currency)}f}"


def _tax(item: CatalogueItem) -> str:
    rate = item.tax_rate
    return "" if rate is None else str(TaxWish(name=rate.name, rate=rate.rate))
