"""Save the database, so that a broken disk costs minutes and not the books."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from config.kernel import backups, clock

PREFIX: Final = "afterward-"


class Command(BaseCommand):
    help = "Saves the whole database to one file, while everything goes on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target", type=Path, help="a new file, or a directory in which one is named by the time"
        )
        parser.add_argument(
            "--keep", type=int, default=0, help="in a directory: delete all but so many of ours"
        )

    def handle(self, *_args: str, **options: Any) -> None:
        engine = backups.engine()
        target: Path = options["target"]
        shelf = target if target.is_dir() else None
        if shelf:
            target = shelf / f"{PREFIX}{clock.now():%Y%m%dT%H%M%SZ}{engine.suffix}"
        _save(engine, target)
        print(f"Saved {target.stat().st_size / 1e6:.1f} MB to {target}, and read it back.")
        if shelf and options["keep"] > 0:
            for old in _ours(shelf, engine.suffix)[: -options["keep"]]:
                old.unlink()
                print(f"Deleted {old}.")


def _save(engine: backups.Engine, target: Path) -> None:
    """The file appears under its name only when it is whole, readable by its owner alone."""
    if target.exists():
        raise CommandError(f"{target} exists already: backups are never overwritten.")
    draft = target.with_name(f"{target.name}.part")
    try:
        draft.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise CommandError(f"{draft} cannot be written: {error.strerror}.") from error
    try:
        engine.save(draft)
        draft.rename(target)
    except backups.Unusable as error:
        raise CommandError(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _ours(shelf: Path, suffix: str) -> list[Path]:
    """Oldest first: the time stands in the name."""
    return sorted(shelf.glob(f"{PREFIX}*{suffix}"))
