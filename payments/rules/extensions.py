"""How far a guest may move the day of payment: once, past neither the venue's bound nor today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The days a guest may choose from, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def offer_of(*, today: date, due: date, most_days: int) -> Offer | None:
    """What may be chosen today; None when the venue gives no more time, or all of it has passed."""
    offer = Offer(first=max(today, due) + timedelta(days=1), last=due + timedelta(days=most_days))
    return offer if offer.first <= offer.last else None
