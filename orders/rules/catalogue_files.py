"""A catalogue file understood: which kind it is, what it wants, and which rows it cannot have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from config.kernel.errors import gettext_noop
from orders.rules import plain_catalogue, square_catalogue
from orders.rules.catalogue_cells import Cells, CellUnusable, Problem, WantedItem
from orders.rules.csv_files import FileUnreadable, Table, read_table
from orders.rules.formula_cells import as_written

ReadRow = Callable[[Cells, str], WantedItem | None]


class FileKind(StrEnum):
    PLAIN = "plain"
    SQUARE = "square"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file understood. `speaks_of` are the parts of an item that it has columns for."""

    kind: FileKind
    encoding: str
    items: tuple[WantedItem, ...]
    problems: tuple[Problem, ...]
    left_out: int
    unread: tuple[str, ...]
    speaks_of: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What there is to know about one kind of file."""

    required: tuple[str, ...]
    name: str
    fold: Callable[[str], str]
    is_read: Callable[[str], bool]
    parts_of: Callable[[tuple[str, ...]], frozenset[str]]
    read_row: ReadRow


_LAYOUTS: Final = {
    FileKind.PLAIN: _Layout(
        required=plain_catalogue.REQUIRED,
        name="name",
        fold=plain_catalogue.fold,
        is_read=plain_catalogue.KNOWN.__contains__,
        parts_of=plain_catalogue.parts_of,
        read_row=plain_catalogue.read_row,
    ),
    FileKind.SQUARE: _Layout(
        required=square_catalogue.REQUIRED,
        name="item name",
        fold=square_catalogue.fold,
        is_read=square_catalogue.is_read,
        parts_of=square_catalogue.parts_of,
        read_row=square_catalogue.read_row,
    ),
}


def read_sheet(data: bytes, currency: str) -> Sheet:
    """What a file wants to be on the menu of a venue with this currency.

    :raises FileUnreadable: it is no table, or the columns it needs are not there.
    """
    table = read_table(data)
    is_square = any(name.casefold() == "item name" for name in table.header)
    kind = FileKind.SQUARE if is_square else FileKind.PLAIN
    layout = _LAYOUTS[kind]
    header = _header(table, layout)
    items: dict[tuple[str, str], WantedItem] = {}
    problems: list[Problem] = []
    left_out = 0
    for cells in _rows(table, header, problems):
        item = layout.read_row(cells, currency)
        if item is not None and not cells.problems:
            _add(items, item, cells, layout.name)
        left_out += item is None and not cells.problems
        problems += cells.problems
    named = dict(zip(header, table.header, strict=True))
    return Sheet(
        kind=kind,
        encoding=table.encoding,
        items=tuple(items.values()),
        problems=tuple(
            Problem(line=each.line, column=named.get(each.column, ""), why=each.why)
            for each in problems
        ),
        left_out=left_out,
        unread=tuple(name for column, name in named.items() if name and not layout.is_read(column)),
        speaks_of=layout.parts_of(header),
    )


def _header(table: Table, layout: _Layout) -> tuple[str, ...]:
    """The columns as they are looked up, each only once."""
    header = tuple(layout.fold(name) for name in table.header)
    missing = [name for name in layout.required if name not in header]
    if missing:
        raise FileUnreadable(
            gettext_noop("These columns are missing: %(names)s. The first line must name them."),
            names=", ".join(missing),
        )
    twice = [name for name in header if layout.is_read(name) and header.count(name) > 1]
    if twice:
        raise FileUnreadable(
            gettext_noop("The column “%(name)s” is there more than once."), name=twice[0]
        )
    # Columns that nobody reads may share a name or have none; a place keeps them apart.
    return tuple(
        name if header.index(name) == place else f"{name}#{place}"
        for place, name in enumerate(header)
    )


def _rows(table: Table, header: tuple[str, ...], problems: list[Problem]) -> Iterator[Cells]:
    for row in table.rows:
        if any(cell.strip() for cell in row.cells[len(header) :]):
            why = gettext_noop(
                "There are more cells than columns. A comma inside a cell needs quotation marks."
            )
            problems.append(Problem(line=row.line, column="", why=CellUnusable(why)))
            continue
        yield Cells(row.line, dict(zip(header, map(as_written, row.cells), strict=False)))


def _add(
    items: dict[tuple[str, str], WantedItem], item: WantedItem, cells: Cells, column: str
) -> None:
    first = items.setdefault(item.key, item)
    if first is not item:
        why = gettext_noop("“%(name)s” in %(category)s is on line %(line)s already.")
        facts = {"name": item.name, "category": item.category, "line": first.line}
        cells.refuse(column, CellUnusable(why, **facts))
