"""Years of business in a minute: tabs copied from a real one, with what hangs on them.

Every column comes from the template, whatever columns there are, but for those that must differ.
PostgreSQL only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.run.bench.books import Books

_COLUMNS: Final = (
    "SELECT column_name FROM information_schema.columns"
    " WHERE table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position"
)
_NEW_TAB: Final = "md5('tab' || n)::uuid"
_TEMPLATES: Final = (
    "(SELECT *, row_number() OVER (ORDER BY opened_at) - 1 AS slot, count(*) OVER () AS slots"
    " FROM orders_tab WHERE label = 'template')"
)
# All but every fiftieth were settled; spread over the past, a minute between two.
_TAB: Final = {
    "id": _NEW_TAB,
    "number": "1000000 + n",
    "guest_key": "substr(md5('key' || n), 1, 16)",
    "label": "'grown'",
    "status": "CASE WHEN n % 50 = 0 THEN 'closed' ELSE 'settled' END",
    "opened_at": "t.opened_at - n * interval '1 minute'",
    "closed_at": "t.closed_at - n * interval '1 minute'",
    "due_at": "t.due_at - n * interval '1 minute'",
    "settled_at": "t.closed_at - n * interval '1 minute'",
}
_BELOW: Final[Mapping[str, Mapping[str, str]]] = {
    "orders_line": {"id": "md5('line' || n || x.id)::uuid", "tab_id": _NEW_TAB},
    "payments_ledgerentry": {
        "tab_id": _NEW_TAB,
        "source_key": "x.source_key || ':' || n",
        "occurred_at": "x.occurred_at - n * interval '1 minute'",
    },
}


def grow(books: Books, *, have: int, want: int) -> None:
    """Add tabs until there are so many."""
    rows = f"generate_series({have + 1}, {want}) n JOIN {_TEMPLATES} t ON t.slot = n % t.slots"
    _copy(books, "orders_tab", "t", rows, _TAB)
    for table, changes in _BELOW.items():
        _copy(books, table, "x", f"{rows} JOIN {table} x ON x.tab_id = t.id", changes)
    books.all("ANALYZE")


def _copy(books: Books, table: str, alias: str, rows: str, changes: Mapping[str, str]) -> None:
    columns = [name for (name,) in books.all(_COLUMNS, table)]
    values = ", ".join(changes.get(name, f"{alias}.{name}") for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    books.all(f"INSERT INTO {table} ({names}) SELECT {values} FROM {rows}")  # noqa: S608  # Ours.
