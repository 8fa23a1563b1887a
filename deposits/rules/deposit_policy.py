"""Who is asked for a deposit, how much, and what of it a guest owes who stays away.

Whatever is asked is never more than the service costs. A share is rounded half up to the currency's
step, and nothing a card cannot hold is asked for: then there is no deposit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, smallest_charge

LONGEST_OBJECTION_HOURS: Final = 48
SHORTEST_OBJECTION_HOURS: Final = 12
ALL_OF_IT: Final = Decimal(100)


class Asks(StrEnum):
    """Whom a venue asks. Somebody is new who has settled nothing there, or once stayed away."""

    NOBODY = "nobody"
    EVERYBODY = "everybody"
    NEW_GUESTS = "new_guests"


class PolicyUnclear(DomainError):
    """A share, an amount or a time that no policy can have."""

    code = "policy_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one version says. Without `items` it is about every service.

    Asked for is `fixed`, or else `percent` of the price; only for services above `above`.
    """

    asks: Asks
    above: Money
    percent: Decimal
    fixed: Money
    items: frozenset[UUID]
    late_share: Decimal
    no_show_share: Decimal
    objection_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is booked, and by whom: how often they settled a tab here, and how often stayed away."""

    item_id: UUID
    price: Money
    settled: int
    missed: int


def ensure_clear(policy: Policy) -> None:
    """:raises PolicyUnclear: nobody could say what it asks."""
    shares = (policy.percent, policy.late_share, policy.no_show_share)
    if any(not 0 <= share <= ALL_OF_IT for share in shares):
        raise PolicyUnclear(gettext_noop("A share is between 0 and 100 per cent."))
    if policy.fixed.minor < 0 or policy.above.minor < 0:
        raise PolicyUnclear(gettext_noop("An amount cannot be negative."))
    hours = policy.objection_hours
    if not SHORTEST_OBJECTION_HOURS <= hours <= LONGEST_OBJECTION_HOURS:
        raise PolicyUnclear(gettext_noop("Guests have between 12 and 48 hours to object."))
    if policy.asks != Asks.NOBODY and not (policy.percent or policy.fixed.is_positive):
        raise PolicyUnclear(gettext_noop("Say how much is asked for."))


def asked(policy: Policy, visit: Visit) -> Money | None:
    """What is asked for this visit; None where nothing is."""
    if not _is_meant(policy, visit):
        return None
    wanted = policy.fixed if policy.fixed.is_positive else visit.price.percent(policy.percent)
    amount = min(wanted, visit.price)
    return None if amount < smallest_charge(amount.currency) else amount


def _is_meant(policy: Policy, visit: Visit) -> bool:
    if policy.asks == Asks.NOBODY or visit.price <= policy.above:
        return False
    if policy.items and visit.item_id not in policy.items:
        return False
    is_new = not visit.settled or visit.missed
    return policy.asks == Asks.EVERYBODY or bool(is_new)
