"""Today in four figures, at the top of the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from config.front.pages.owing import Debt, Takings, get_takings
from config.kernel.money import Money, total
from orders.models import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is in the room, what is awaited, what is late, and what came in since midnight."""

    open_now: Money
    open_count: int
    awaiting: Money
    awaiting_count: int
    overdue: Money
    overdue_count: int
    oldest_days: int
    takings: Takings


def get_strip(
    venue: Venue, *, in_room: Sequence[Money], debts: Sequence[Debt], now: datetime
) -> Strip:
    """One statement more than what the caller has read: what came in."""
    in_time = [debt.balance for debt in debts if debt.due_at >= now]
    overdue = [debt for debt in debts if debt.due_at < now]
    midnight = datetime.combine(venue.local(now).date(), time.min, tzinfo=venue.zone)
    return Strip(
        open_now=total(in_room, venue.currency),
        open_count=len(in_room),
        awaiting=total(in_time, venue.currency),
        awaiting_count=len(in_time),
        overdue=total([debt.balance for debt in overdue], venue.currency),
        overdue_count=len(overdue),
        oldest_days=max(((now - debt.due_at).days + 1 for debt in overdue), default=0),
        takings=get_takings(venue, since=midnight),
    )
