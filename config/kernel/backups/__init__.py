"""Saving the whole database to one file, and putting it back, in the way of each database."""

from __future__ import annotations

from django.db import connection

from config.kernel.backups.port import Engine, Migrations, Unusable
from config.kernel.backups.postgres import Postgres
from config.kernel.backups.sqlite import Sqlite

__all__ = ["Engine", "Migrations", "Unusable", "engine"]


def engine() -> Engine:
    """The one that knows the database this installation uses."""
    return Sqlite(connection) if connection.vendor == "sqlite" else Postgres(connection)
