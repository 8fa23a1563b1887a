"""What should be in the till, and how it was counted before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum

from config.kernel.money import Money
from orders.models import Venue
from payments.models import CashCount, LedgerEntry
from payments.rules.accounts import Account

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The time since the till was last counted. `opening` is unknown before the first count.

    `booked` is all cash the ledger has ever seen, `taken` the part of it that is this shift's.
    """

    before: CashCount | None
    since: datetime
    opening: Money | None
    taken: Money
    booked: Money


def get_shift(venue: Venue, *, now: datetime) -> Shift:
    """The shift that is on now. A first one begins with the day."""
    booked = _cash_of(venue)
    before = CashCount.objects.filter(venue=venue).order_by("-number").first()
    if before is not None:
        return Shift(
            before=before,
            since=before.counted_at,
            opening=before.left,
            taken=booked - Money(before.booked_minor, before.currency),
            booked=booked,
        )
    since = venue.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Shift(
        before=None, since=since, opening=None, taken=_cash_of(venue, since=since), booked=booked
    )


def list_counts(venue: Venue) -> tuple[CashCount, ...]:
    """The last counts of a venue, the newest first."""
    counts = CashCount.objects.filter(venue=venue).select_related("counted_by")
    return tuple(counts.order_by("-number")[:MOST_SHOWN])


def find_count(venue: Venue, *, count_id: UUID) -> CashCount | None:
    """One count of this venue; None when it is another's, or there is none."""
    counts = CashCount.objects.select_related("counted_by")
    return counts.filter(venue=venue, id=count_id).first()


def _cash_of(venue: Venue, *, since: datetime | None = None) -> Money:
    entries = LedgerEntry.objects.filter(venue=venue)
    if since is not None:
        entries = entries.filter(occurred_at__gte=since)
    taken_in, given_back = Q(debit=Account.CASH), Q(credit=Account.CASH)
    sums = entries.filter(taken_in | given_back).aggregate(
        taken_in=Sum("amount_minor", filter=taken_in, default=0),
        given_back=Sum("amount_minor", filter=given_back, default=0),
    )
    return Money(sums["taken_in"] - sums["given_back"], venue.currency)
