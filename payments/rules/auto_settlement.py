"""A closed tab that will be settled with the card on file, and when it may be charged.

scheduled ──> notified ──> charging ──> settled
    │            │            ├──────> retry_wait ──> charging
    │            │            └──────> needs_customer   (declined, or the bank wants the guest)
    └────────────┴──> cancelled        (paid otherwise, not this time, withdrawn, taken back)

Every step forward asks the facts again: `decide` is the only way to a charge, and it never lets
one through without a notice that was really sent, early enough, about no less than this amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from config.kernel.money import Money
from orders.rules.terms import SHORTEST_NOTICE_HOURS
from payments.rules.consent_scope import NotCovered

# While somebody is just paying, or a mail is on its way, this is how soon it is looked at again.
LOOK_AGAIN: Final = timedelta(minutes=5)
# A charge that got no answer is looked up, from then on, this often.
ASK_AGAIN: Final = timedelta(minutes=2)
# A card without enough money on it is tried once more, and once only.
RETRY_AFTER: Final = timedelta(days=2)
MOST_TRIES: Final = 2


class AutoState(StrEnum):
    SCHEDULED = "scheduled"
    NOTIFIED = "notified"
    CHARGING = "charging"
    RETRY_WAIT = "retry_wait"
    SETTLED = "settled"
    NEEDS_CUSTOMER = "needs_customer"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a tab does not settle itself any more."""

    PAID_OTHERWISE = "paid_otherwise"
    NOT_THIS_TIME = "not_this_time"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REOPENED = "reopened"
    NOT_COVERED = "not_covered"
    NOTICE_NOT_SENT = "notice_not_sent"
    DECLINED = "declined"
    BANK_ASKS = "bank_asks"
    TOO_SMALL = "too_small"
    REFUSED = "refused"
    NOBODY_KNOWS = "nobody_knows"


WAITING: Final = frozenset({AutoState.SCHEDULED, AutoState.NOTIFIED, AutoState.RETRY_WAIT})
# What a sweep has to come back to.
LIVE: Final = WAITING | {AutoState.CHARGING}
# From when on a tab sees to itself, so that nobody is to be reminded of it.
PROMISED: Final = LIVE
_ENDS: Final = frozenset({AutoState.CANCELLED})
MOVES: Final[Mapping[AutoState, frozenset[AutoState]]] = {
    AutoState.SCHEDULED: frozenset({AutoState.NOTIFIED}) | _ENDS,
    AutoState.NOTIFIED: frozenset({AutoState.CHARGING}) | _ENDS,
    AutoState.RETRY_WAIT: frozenset({AutoState.CHARGING}) | _ENDS,
    AutoState.CHARGING: frozenset(
        {AutoState.SETTLED, AutoState.NEEDS_CUSTOMER, AutoState.RETRY_WAIT}
    )
    | _ENDS,
    AutoState.SETTLED: frozenset(),
    AutoState.NEEDS_CUSTOMER: frozenset(),
    AutoState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How things stand at the moment of charging, read under the tab's lock.

    `told` is the amount the notice named; `told_at` is when the mail server took it, None while it
    waits to leave.
    """

    is_owing: bool
    balance: Money
    reserved: Money
    told: Money
    told_at: datetime | None
    notice_failed: bool
    notice_hours: int
    due_at: datetime
    not_covered: NotCovered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    why: Why


def can_move(current: AutoState, wanted: AutoState) -> bool:
    return wanted in MOVES[current]


def notice_of(hours: int) -> timedelta:
    """How long before a charge the guest is told; never less than a day."""
    return timedelta(hours=max(hours, SHORTEST_NOTICE_HOURS))


def plan(*, due_at: datetime, notice_hours: int, now: datetime) -> tuple[datetime, datetime]:
    """When to send the notice and when to charge: on the pay-by date, unless that is too soon."""
    notice = notice_of(notice_hours)
    charge_at = max(due_at, now + notice)
    return max(now, charge_at - notice), charge_at


def decide(facts: Facts, *, now: datetime) -> Charge | Wait | Stop:
    """Whether the card may be charged now, and how much."""
    if not facts.is_owing or not facts.balance.is_positive:
        return Stop(why=Why.PAID_OTHERWISE)
    if why := _forbidden(facts):
        return Stop(why=why)
    if facts.reserved.is_positive or facts.told_at is None:
        return Wait(until=now + LOOK_AGAIN)
    # A guest who was given more time is not charged before it is over.
    earliest = max(facts.told_at + notice_of(facts.notice_hours), facts.due_at)
    return Wait(until=earliest) if now < earliest else Charge(amount=facts.balance)


def _forbidden(facts: Facts) -> Why | None:
    if facts.not_covered == NotCovered.NOT_ACTIVE:
        return Why.WITHDRAWN
    if facts.not_covered is not None or facts.balance > facts.told:
        return Why.NOT_COVERED
    return Why.NOTICE_NOT_SENT if facts.notice_failed else None
