"""Put a saved database back, then ask Stripe what happened since it was saved."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.kernel import backups
from orders.models import Tab, Venue
from payments.models import LedgerEntry


class Command(BaseCommand):
    help = "Replaces the whole database with a saved one; stop web, workers and beat before."
    # What stands in the database now may be anything, even nothing.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="what `manage.py backup` has written")
        parser.add_argument("--yes", action="store_true", help="replace the data that is there")

    def handle(self, *_args: str, **options: Any) -> None:
        source: Path = options["source"]
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        try:
            _replace(backups.engine(), source, may_replace=options["yes"])
        except backups.Unusable as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        # Whoever signed out since the backup was made would be signed in again.
        Session.objects.all().delete()
        print(f"Restored {source}: {_contents()}. Everybody has to sign in again.")
        print("Keys for the API that were revoked since the backup work again: revoke them anew.")
        call_command("reconcile")


def _replace(engine: backups.Engine, source: Path, *, may_replace: bool) -> None:
    if newer := _unknown(engine.migrations_in(source)):
        app, name = max(newer)
        raise CommandError(
            f"The backup is from a newer version of Afterward, with {app}.{name}. Install that one."
        )
    if engine.is_in_use():
        raise CommandError(
            "Somebody else is connected to the database. Stop web, workers and beat first."
        )
    if _holds_data() and not may_replace:
        raise CommandError(
            f"The database holds {_contents()}, which would be replaced. Save it with "
            "`manage.py backup` if you may want it back, then say --yes."
        )
    engine.load(source)


def _unknown(saved: backups.Migrations) -> list[tuple[str, str]]:
    """Migrations of apps we have that our code does not know. It asks the code, not a database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    return [each for each in saved if each[0] in loader.migrated_apps and each not in known]


def _holds_data() -> bool:
    """A database that was never migrated has no such table."""
    is_there = "orders_venue" in connection.introspection.table_names()
    return is_there and Venue.objects.exists()


def _contents() -> str:
    venues, tabs = Venue.objects.count(), Tab.objects.count()
    return f"{venues} venues, {tabs} tabs and {LedgerEntry.objects.count()} ledger entries"
