"""The state: objects, events on their way, remembered answers; in one SQLite file or in memory."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

Body = dict[str, Any]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, body TEXT NOT NULL, hidden TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_listed ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_of_intent
    ON objects (account, kind, json_extract(body, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, created INTEGER NOT NULL,
    status INTEGER, body TEXT, request_id TEXT, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL,
    account TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    due REAL NOT NULL, status INTEGER, error TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE INDEX IF NOT EXISTS deliveries_of_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, account TEXT NOT NULL,
    kind TEXT NOT NULL, object TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, match TEXT NOT NULL,
    kind TEXT NOT NULL, times INTEGER NOT NULL, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT, account TEXT, method TEXT, path TEXT,
    params TEXT, idempotency_key TEXT, status INTEGER, replayed INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS connected (account TEXT PRIMARY KEY, platform TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, lacks TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_TABLES: Final = (
    "objects",
    "answers",
    "deliveries",
    "jobs",
    "faults",
    "requests",
    "connected",
    "keys",
)
REQUESTS_KEPT: Final = 5_000


@dataclass
class Record:
    """One object: what the API shows of it, and what only the sandbox knows."""

    account: str
    kind: str
    body: Body
    hidden: Body = field(default_factory=dict)
    seq: int = 0

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Store:
    """Everything behind one lock: a request either happens whole or not at all."""

    def __init__(self, path: str | None = None) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self._offset = int(self.setting("clock_offset", "0"))

    def close(self) -> None:
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one it simply belongs to that."""
        with self.lock:
            self._depth += 1
            outermost = self._depth == 1
            try:
                if outermost:
                    self._db.execute("BEGIN IMMEDIATE")
                yield
                if outermost:
                    self._db.execute("COMMIT")
            except BaseException:
                if outermost and self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def query(self, sql: str, arguments: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self.lock:
            return self._db.execute(sql, arguments).fetchall()

    def insert(self, record: Record) -> Record:
        values = (
            record.account,
            record.kind,
            record.id,
            record.body.get("created") or self.now(),
            json.dumps(record.body),
            json.dumps(record.hidden),
        )
        with self.lock:
            cursor = self._db.execute(
                "INSERT INTO objects (account, kind, id, created, body, hidden)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            record.seq = cursor.lastrowid or 0
        return record

    def save(self, record: Record) -> None:
        self.query(
            "UPDATE objects SET body = ?, hidden = ? WHERE id = ?",
            (json.dumps(record.body), json.dumps(record.hidden), record.id),
        )

    def delete(self, record: Record) -> None:
        self.query("DELETE FROM objects WHERE id = ?", (record.id,))

    def find(self, account: str, object_id: str, kind: str | None = None) -> Record | None:
        rows = self.query(
            "SELECT * FROM objects WHERE id = ? AND account = ? AND (kind = ? OR ? IS NULL)",
            (object_id, account, kind, kind),
        )
        return record_of(rows[0]) if rows else None

    def find_anywhere(self, object_id: str, kind: str) -> Record | None:
        rows = self.query("SELECT * FROM objects WHERE id = ? AND kind = ?", (object_id, kind))
        return record_of(rows[0]) if rows else None

    @property
    def offset(self) -> int:
        return self._offset

    def now(self) -> int:
        """The sandbox's clock: real time, moved forward by whoever asked for it."""
        return int(time.time()) + self._offset

    def advance(self, seconds: int) -> int:
        with self.lock:
            self._offset += seconds
            self.set("clock_offset", str(self._offset))
        return self.now()

    def setting(self, name: str, default: str) -> str:
        rows = self.query("SELECT value FROM settings WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else default

    def set(self, name: str, value: str) -> None:
        self.query("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def schedule(self, record: Record, kind: str, due: int) -> None:
        self.query(
            "INSERT INTO jobs (due, account, kind, object) VALUES (?, ?, ?, ?)",
            (due, record.account, kind, record.id),
        )

    def log(self, values: Body) -> None:
        """Remember a request; the oldest make room."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        with self.lock:
            cursor = self._db.execute(
                f"INSERT INTO requests ({names}) VALUES ({marks})",  # noqa: S608  # Our own names.
                tuple(values.values()),
            )
            self._db.execute(
                "DELETE FROM requests WHERE id <= ?", ((cursor.lastrowid or 0) - REQUESTS_KEPT,)
            )

    def clear(self) -> None:
        """Forget everything but the endpoint given at the start."""
        with self.transaction():
            for table in _TABLES:
                where = " WHERE account <> '*'" if table == "objects" else ""
                self.query(f"DELETE FROM {table}{where}")  # noqa: S608  # Our own names.
            self._offset = 0
            self.set("clock_offset", "0")


def record_of(row: sqlite3.Row) -> Record:
    return Record(
        row["account"], row["kind"], json.loads(row["body"]), json.loads(row["hidden"]), row["seq"]
    )
