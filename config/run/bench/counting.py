"""How many statements, commits and bytes of log PostgreSQL sees for one operation."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from config.run.bench.books import Books

# `SELECT 1` is how Django asks whether a kept connection still lives, once for each request.
_CONTROL: Final = (
    r"^\s*(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|DISCARD|SELECT (\$1|1)$)"
)
# Not sent by anybody: PostgreSQL's own look-ups for foreign keys. Not of the product: ours.
_LEFT_OUT: Final = (
    r"pg_stat_statements|pg_current|pg_reload|FOR KEY SHARE OF x|FROM orders_tab WHERE label"
)
_CALLS: Final = (
    "SELECT coalesce(sum(calls) FILTER (WHERE query !~* %s), 0),"
    " coalesce(sum(calls) FILTER (WHERE query ~* %s), 0),"
    " coalesce(sum(calls) FILTER (WHERE query ~* '^SAVEPOINT'), 0)"
    " FROM pg_stat_statements WHERE query !~ %s"
)
_TEXTS: Final = (
    "SELECT sum(calls), min(query) FROM pg_stat_statements"
    " WHERE query !~ %s GROUP BY queryid ORDER BY 1 DESC"
)
# Does the operation several times, and says how often.
Work = Callable[[], int]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """For one operation. `commits` are those that wrote something."""

    statements: float
    control: float
    commits: float
    wal_kb: float
    texts: tuple[tuple[float, str], ...] = ()


def count(books: Books, work: Work, *, own: int = 0) -> Counted:
    """Watch while the work does so many operations, of which `own` statements each are ours."""
    _track(books, "top")
    books.all("SELECT pg_stat_statements_reset()")
    log, transactions = _marks(books)
    times = work()
    log, transactions = (
        after - before for after, before in zip(_marks(books), (log, transactions), strict=True)
    )
    _track(books, "none")
    statements, control, savepoints = (
        int(cell) for cell in books.one(_CALLS, _CONTROL, _CONTROL, _LEFT_OUT)
    )
    return Counted(
        statements=statements / times - own,
        control=control / times,
        # A transaction gets a number when it first writes, and so does each part of it that may
        # be undone alone. One number was drawn by looking.
        commits=(transactions - 1 - savepoints) / times - own,
        wal_kb=log / 1024 / times,
        texts=tuple(
            (int(calls) / times, str(text)) for calls, text in books.all(_TEXTS, _LEFT_OUT)
        ),
    )


def prepare(books: Books) -> None:
    """Counting takes time, so it is off but while something is counted."""
    books.all("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    _track(books, "none")


def _marks(books: Books) -> tuple[int, int]:
    found = books.one(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), pg_current_xact_id()::text::bigint"
    )
    return int(found[0]), int(found[1])


def _track(books: Books, what: str) -> None:
    books.all(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
    books.all("SELECT pg_reload_conf()")
    # Every backend reads its settings anew before its next statement, once it has the signal.
    time.sleep(0.3)
