"""The project's own files, as the architecture tests read them."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("orders", "payments", "deposits")
PACKAGES = ("config", *APPS)


def modules(*packages: str) -> list[Path]:
    """Every Python file of the packages; migrations are written by Django."""
    return [
        path
        for package in packages or PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """Every file the product renders."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def stylesheets() -> list[Path]:
    """Every stylesheet of ours."""
    return sorted((ROOT / "config" / "static" / "css").rglob("*.css"))


def name(path: Path) -> str:
    """How a failing test names a file."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), filename=name(path))


def height(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text().splitlines())
