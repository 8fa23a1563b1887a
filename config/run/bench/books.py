"""The database as the bench sees it: past the product, to prepare and to check."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import datetime
from typing import Any

import psycopg


class Books:
    """One connection of one thread, in autocommit, for PostgreSQL or SQLite."""

    def __init__(self, address: str) -> None:
        self.is_sqlite = address.startswith("sqlite:")
        self._connection: Any
        if self.is_sqlite:
            file = address.removeprefix("sqlite:///")
            self._connection = sqlite3.connect(
                file, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA synchronous=FULL")
        else:
            self._connection = psycopg.connect(address, autocommit=True)

    def all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement, its values written `%s`; the rows, if it has any."""
        if self.is_sqlite:
            cursor = self._connection.execute(statement.replace("%s", "?"), self._plain(values))
            return list(cursor.fetchall())
        cursor = self._connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *values: object) -> tuple[Any, ...]:
        return self.all(statement, *values)[0]

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _plain(values: tuple[object, ...]) -> list[object]:
        """As Django writes them into SQLite."""
        return [
            value.hex
            if isinstance(value, uuid.UUID)
            else value.replace(tzinfo=None).isoformat(" ")
            if isinstance(value, datetime)
            else value
            for value in values
        ]
