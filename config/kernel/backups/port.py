"""What saving and putting back needs of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

Migrations = frozenset[tuple[str, str]]


class Unusable(Exception):
    """It cannot be done, for a reason the person at the keyboard must know."""


class Engine(Protocol):
    """One kind of database.

    :raises Unusable: any of these.
    """

    # How its files end: a file of one kind of database is of no use to the other.
    suffix: str

    def save(self, target: Path) -> None:
        """Write everything, as it was at one moment, to an empty file; others may go on writing."""
        ...

    def migrations_in(self, source: Path) -> Migrations:
        """Read a saved file to its end and say which migrations (app, name) had run."""
        ...

    def is_in_use(self) -> bool:
        """Whether anybody else is connected to the database."""
        ...

    def load(self, source: Path) -> None:
        """Replace everything with what was saved: all of it or, on any error, nothing."""
        ...
