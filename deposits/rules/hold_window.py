"""When a card is asked to hold money, and how long that lasts: by how far away the visit is.

A bank keeps money for seven days when the guest is there, and on some cards for four days and
eighteen hours when not (docs.stripe.com/payments/place-a-hold-on-a-payment-method). A hold must
outlive the visit, the minutes of grace and the time to object. So a visit that is over with all
that within six and a half days is held for at once; for any other the card is saved, and the hold
placed 36 hours before it. The bank's own deadline, once known, is the only one that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

HOLD_REACHES: Final = timedelta(days=6, hours=12)
PLACED_BEFORE: Final = timedelta(hours=36)
WARN_BEFORE: Final = timedelta(hours=24)
DECIDE_BEFORE: Final = timedelta(hours=3)
# A guest whose card was refused has this long for another one, and never beyond the start.
ANSWER_WITHIN: Final = timedelta(hours=24)
# Somebody who is booking right now has the card at hand.
FIRST_ANSWER_WITHIN: Final = timedelta(minutes=45)


class Instrument(StrEnum):
    """Money held at once, or a card saved on which it is held later."""

    HOLD = "hold"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The times of a visit that decide. A guest may object until `objection` after the grace."""

    starts_at: datetime
    ends_at: datetime
    grace: timedelta
    objection: timedelta

    @property
    def needed_until(self) -> datetime:
        """Until when a hold may still have to be taken."""
        return self.ends_at + self.grace + self.objection


def instrument(visit: Visit, *, now: datetime) -> Instrument:
    """What a guest who books now is asked for."""
    near = visit.needed_until <= now + HOLD_REACHES
    return Instrument.HOLD if near else Instrument.CARD


def place_at(visit: Visit, *, now: datetime) -> datetime:
    """When the hold is placed on a saved card."""
    return max(visit.starts_at - PLACED_BEFORE, now)


def outlives(visit: Visit, *, capture_before: datetime) -> bool:
    """Whether a hold is still there when it may be needed, with time left to decide."""
    return visit.needed_until <= capture_before - DECIDE_BEFORE


def answer_by(visit: Visit, *, now: datetime) -> datetime:
    """Until when a guest whose card was refused may give another one."""
    return max(min(now + ANSWER_WITHIN, visit.starts_at), now)


def warn_at(capture_before: datetime) -> datetime:
    return capture_before - WARN_BEFORE


def decide_at(capture_before: datetime) -> datetime:
    """From then on the venue's written default holds: the money is let go."""
    return capture_before - DECIDE_BEFORE
