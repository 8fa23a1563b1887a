"""Secrets a development machine makes for itself once and keeps, readable by their owner only."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_MADE_ONCE: Final[Mapping[str, Callable[[], str]]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "STRIPE_WEBHOOK_SECRET": lambda: f"whsec_{secrets.token_hex(24)}",
}


def local_secret(var: Path, name: str) -> str:
    """The secret of this machine by that name, made at the first request."""
    path = var / "secrets.json"
    if not path.exists():
        _write(path, {name: make() for name, make in _MADE_ONCE.items()})
    kept: dict[str, str] = json.loads(path.read_text())
    return kept[name]


def _write(path: Path, made: dict[str, str]) -> None:
    """Put the file in place whole: of two processes that start at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
