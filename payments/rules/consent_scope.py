"""What an agreement to be charged covers: one person, one venue, so much, and for so long.

Nothing here may be read generously. A tab of somebody else, another venue, a larger amount or a
later day is not covered, whatever the card would pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from config.kernel.money import Money
from payments.rules.consent_states import ConsentState

# An agreement about every tab is asked for anew after a year, one about a single tab earlier.
EVERY_TAB_LASTS: Final = timedelta(days=365)
ONE_TAB_LASTS: Final = timedelta(days=60)


class ConsentScope(StrEnum):
    """One tab, or every tab of one person at one venue."""

    THIS_TAB = "this_tab"
    EVERY_TAB = "every_tab"


class NotCovered(StrEnum):
    """Why an agreement does not reach a charge."""

    NOT_ACTIVE = "not_active"
    OTHER_VENUE = "other_venue"
    OTHER_PERSON = "other_person"
    OTHER_TAB = "other_tab"
    OTHER_CURRENCY = "other_currency"
    TOO_MUCH = "too_much"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What somebody agreed to. `tab_id` is set for an agreement about one tab only.

    `email` is where they were promised to be told; whoever reads there now may be somebody else.
    """

    state: ConsentState
    venue_id: UUID
    customer_id: UUID
    email: str
    tab_id: UUID | None
    cap: Money
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What would be charged, and to whom."""

    venue_id: UUID
    customer_id: UUID | None
    email: str
    tab_id: UUID
    amount: Money


def lasts_until(scope: ConsentScope, *, now: datetime) -> datetime:
    """Until when an agreement made now may be used."""
    return now + (EVERY_TAB_LASTS if scope == ConsentScope.EVERY_TAB else ONE_TAB_LASTS)


def why_not_covered(agreement: Agreement, wanted: Wanted, *, now: datetime) -> NotCovered | None:
    """The first reason why this may not be charged; None when it may."""
    if agreement.state != ConsentState.ACTIVE:
        return NotCovered.NOT_ACTIVE
    return _other_party(agreement, wanted) or _beyond(agreement, wanted, now=now)


def _other_party(agreement: Agreement, wanted: Wanted) -> NotCovered | None:
    if agreement.venue_id != wanted.venue_id:
        return NotCovered.OTHER_VENUE
    if (agreement.customer_id, agreement.email) != (wanted.customer_id, wanted.email):
        return NotCovered.OTHER_PERSON
    if agreement.tab_id not in {None, wanted.tab_id}:
        return NotCovered.OTHER_TAB
    return None


def _beyond(agreement: Agreement, wanted: Wanted, *, now: datetime) -> NotCovered | None:
    if agreement.cap.currency != wanted.amount.currency:
        return NotCovered.OTHER_CURRENCY
    if wanted.amount > agreement.cap:
        return NotCovered.TOO_MUCH
    return NotCovered.TOO_LATE if now >= agreement.until else None
