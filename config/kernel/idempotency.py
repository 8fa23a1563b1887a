"""A call that may be repeated: what was asked under which key, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One caller's key at one venue, and the fingerprint of what was asked under it."""

    venue_id: UUID
    user_id: int
    key: str = field(repr=False)
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to. `data` holds only what JSON knows."""

    status: int
    data: dict[str, Any]
    is_replay: bool = False
