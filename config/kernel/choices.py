"""Enums of the rules, as the choices Django's fields and admin want."""

from __future__ import annotations

from enum import StrEnum


def choices_of(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Pairs of stored value and readable label."""
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]
