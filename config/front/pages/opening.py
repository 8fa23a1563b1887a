"""What the form that opens a tab shows: cards to hand over, and the terms it will be under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.kernel.money import Money
from orders.models import TermsVersion, TokenCard, Venue
from orders.rules import terms
from orders.selectors import tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`pay_by` holds for a tab that is closed today."""

    cards: tuple[TokenCard, ...]
    pay_by: datetime
    limit: Money


def get_opening(venue: Venue, *, now: datetime) -> Opening:
    """The next cards on the stack, and the terms in force, told as facts."""
    newest = TermsVersion.objects.filter(venue=venue).latest("number")
    return Opening(
        cards=tuple(tokens.list_resting(venue=venue)),
        pay_by=terms.due_at(now, days_to_pay=newest.days_to_pay, time_zone=venue.time_zone),
        limit=Money(newest.new_guest_limit_minor, venue.currency),
    )
