"""How far the day of payment may be moved: by a guest once, by staff as far, by managers more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# The most a manager may give, counted from the day it is given.
LONGEST_BY_MANAGERS: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The days that may be chosen from, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def offer_of(*, today: date, due: date, most_days: int) -> Offer | None:
    """What may be chosen today; None when the venue gives no more time, or all of it has passed."""
    offer = Offer(first=max(today, due) + timedelta(days=1), last=due + timedelta(days=most_days))
    return offer if offer.first <= offer.last else None


def offer_of_manager(*, today: date, due: date) -> Offer:
    """A manager is bound by nothing but sense: a day that is later than the one agreed on."""
    first = max(today, due) + timedelta(days=1)
    return Offer(first=first, last=max(first, today + LONGEST_BY_MANAGERS))
