"""Facts in sections: the shape of what is told in full on paper, on a page and to programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact: what it is about, what is known, and when or how much where that is told."""

    label: str
    text: str = ""
    at: datetime | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Facts of one kind; `key` names them for machines."""

    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Whose paper it is and what it is about; `name` stands at the foot of each page."""

    venue: str
    address: str
    title: str
    name: str
    currency: str
