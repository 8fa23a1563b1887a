"""After each sample: everything that the clients were told is there is looked for."""

from __future__ import annotations

import time
from typing import Final

from config.run.bench.books import Books
from config.run.bench.crowd import Sample

_PATIENCE: Final = 60
_SETTLED: Final = "SELECT count(*) FROM orders_tab WHERE label = %s AND status = 'settled'"
_COUNTS: Final = {
    "settled tabs": _SETTLED,
    "tabs": "SELECT count(*) FROM orders_tab WHERE label = %s",
    "lines": (
        "SELECT count(*) FROM orders_line x JOIN orders_tab t ON t.id = x.tab_id WHERE t.label = %s"
    ),
    "payments": (
        "SELECT count(*) FROM payments_payment x JOIN orders_tab t ON t.id = x.tab_id"
        " WHERE t.label = %s"
    ),
    "receipts": (
        "SELECT count(*) FROM payments_receipt x JOIN orders_tab t ON t.id = x.tab_id"
        " WHERE t.label = %s"
    ),
    "mails with a link": (
        "SELECT count(*) FROM orders_message x JOIN orders_tab t ON t.id = x.tab_id"
        " WHERE t.label = %s AND x.kind = 'payment_link'"
    ),
    "minor units still owed": (
        "SELECT coalesce(sum(CASE WHEN x.debit = 'receivable' THEN x.amount_minor"
        " WHEN x.credit = 'receivable' THEN -x.amount_minor ELSE 0 END), 0)"
        " FROM payments_ledgerentry x JOIN orders_tab t ON t.id = x.tab_id WHERE t.label = %s"
    ),
    "minor units paid too little": (
        "SELECT coalesce(sum(t.total_minor - x.amount_minor), 0) FROM payments_payment x"
        " JOIN orders_tab t ON t.id = x.tab_id WHERE t.label = %s"
    ),
}


def wait_until_settled(books: Books, label: str, count: int) -> None:
    """Until the worker has done what the clients have set off, or for a minute."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if books.one(_SETTLED, label)[0] >= count:
            return
        time.sleep(0.02)


def find_faults(books: Books, sample: Sample, *, label: str, lines: int) -> list[str]:
    """What is not as it should be, in sentences."""
    count = sample.operations
    wanted = {
        "settled tabs": count,
        "tabs": count + len(sample.errors),
        "lines": count * lines,
        "payments": count,
        "receipts": count,
        "mails with a link": count,
        "minor units still owed": 0,
        "minor units paid too little": 0,
    }
    found = {what: int(books.one(statement, label)[0]) for what, statement in _COUNTS.items()}
    return [
        f"{label}: {found[what]} {what}, not {number}"
        for what, number in wanted.items()
        if found[what] != number
    ]


def find_bare_faults(books: Books, count: int, *, settled_before: int) -> list[str]:
    """The same for the bare view's tables."""
    settled = bare_settled(books) - settled_before
    differs = books.one(
        "SELECT count(*) FROM bare_tab t JOIN bare_entry e ON e.tab = t.id"
        " WHERE e.amount <> t.total OR t.total = 0"
    )[0]
    faults = [] if settled == count else [f"bare: {settled} settled tabs, not {count}"]
    return faults + ([f"bare: {differs} entries differ from their tabs"] if differs else [])


def bare_settled(books: Books) -> int:
    return int(books.one("SELECT count(*) FROM bare_entry")[0])
