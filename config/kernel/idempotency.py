"""A call that may be repeated: under which key it was asked, and what it was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A caller's key, and the fingerprint of the call it came with."""

    key: str = field(repr=False)
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to. `data` holds only what JSON knows."""

    status: int
    data: dict[str, Any]
    is_replay: bool = False
