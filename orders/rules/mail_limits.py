"""How many mails may leave in a minute: in all, and of one venue. What is too much waits.

Links and receipts come first, and reminders leave a quarter of each limit to them, so that whoever
is waiting for a link never stands behind a thousand reminders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

# The name of everybody's count beside those of venues.
ALL: Final = None
_LEFT_TO_LINKS: Final = 4

Used = Mapping[UUID | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Mails in a minute; 0 where there is no limit."""

    in_all: int = 0
    of_venue: int = 0

    def __bool__(self) -> bool:
        return bool(self.in_all or self.of_venue)

    def is_reached(self, venue_id: UUID | None, count: int, *, is_reminder: bool) -> bool:
        """Whether no more of this kind may leave, after so many."""
        limit = self.in_all if venue_id is ALL else self.of_venue
        most = limit - limit // _LEFT_TO_LINKS if is_reminder else limit
        return bool(limit) and count >= most


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mail that wants to leave."""

    id: UUID
    venue_id: UUID
    is_reminder: bool


def admit(waiting: Iterable[Waiting], *, used: Used, limits: Limits) -> tuple[list[UUID], Used]:
    """Those that may leave now, in their order, and what is used up by then."""
    count: Counter[UUID | None] = Counter(used)
    admitted = []
    for mail in waiting:
        counted = (ALL, mail.venue_id)
        if any(limits.is_reached(of, count[of], is_reminder=mail.is_reminder) for of in counted):
            continue
        admitted.append(mail.id)
        count.update(counted)
    return admitted, count
