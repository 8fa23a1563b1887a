"""SQLite: its online backup, which copies a consistent file while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from config.kernel.backups.port import Migrations, Unusable

_PATIENCE: Final = 20


class Sqlite:
    """A file, copied by SQLite itself: `cp` would miss what still stands in the write-ahead log."""

    suffix = ".sqlite3"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._file = Path(str(connection.settings_dict["NAME"]))

    def save(self, target: Path) -> None:
        with closing(_open(self._file, "ro")) as live, closing(_open(target, "rw")) as copy:
            live.backup(copy)
            # One file that needs no other beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            _check(copy)

    def migrations_in(self, source: Path) -> Migrations:
        with closing(_open(source, "ro")) as saved:
            try:
                _check(saved)
                return frozenset(saved.execute("SELECT app, name FROM django_migrations"))
            except sqlite3.DatabaseError as error:
                raise Unusable(f"{source} is no backup of an SQLite database: {error}.") from error

    def is_in_use(self) -> bool:
        """Leaving the write-ahead log is possible only for whoever is alone."""
        self._connection.close()
        if not self._file.exists():
            return False
        with closing(_open(self._file, "rw", patience=0.5)) as mine:
            try:
                (mode,) = mine.execute("PRAGMA journal_mode=DELETE").fetchone()
                mine.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError:
                return True
        return str(mode) != "delete"

    def load(self, source: Path) -> None:
        self._connection.close()
        with closing(_open(source, "ro")) as saved, closing(_open(self._file, "rwc")) as live:
            try:
                # One write transaction: whoever reads sees all of the old or all of the new.
                saved.backup(live)
            except sqlite3.OperationalError as error:
                raise Unusable(f"Nothing was changed: {error}.") from error
            _check(live)


def _open(file: Path, mode: str, *, patience: float = _PATIENCE) -> sqlite3.Connection:
    address = f"{file.resolve().as_uri()}?mode={mode}"
    try:
        return sqlite3.connect(address, uri=True, timeout=patience)
    except sqlite3.OperationalError as error:
        raise Unusable(f"{file}: {error}.") from error


def _check(database: sqlite3.Connection) -> None:
    problems = [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
    problems += [
        f"a row of {table} points nowhere"
        for table, *_rest in database.execute("PRAGMA foreign_key_check")
    ]
    if problems:
        raise Unusable(f"The file is damaged: {'; '.join(problems[:3])}.")
