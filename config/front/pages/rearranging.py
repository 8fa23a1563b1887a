"""What a tab can be merged with, what its parts would come to, and what can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Membership, Rearrangement, Tab
from orders.rules import rearranging as rules
from orders.selectors import memberships
from payments.selectors import balances

FEWEST, MOST = 2, rules.MOST_PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A tab that may join this one, and what it would bring along."""

    tab: Tab
    left: Money
    together: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """What is left on the tab, and which others it can be merged with."""

    left: Money
    candidates: tuple[Candidate, ...]

    def find(self, chosen: str) -> Candidate | None:
        return next((each for each in self.candidates if str(each.tab.id) == chosen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part of an even split."""

    number: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How what is left would be shared; no parts when it is too little for so many."""

    left: Money
    parts: tuple[Share, ...]

    @property
    def larger(self) -> int:
        """How many of the first parts carry a step more; none when all are alike."""
        least = min((part.amount.minor for part in self.parts), default=0)
        return sum(part.amount.minor > least for part in self.parts)


def get_merging(tab: Tab) -> Merging:
    """Every other tab of the venue that is as open or as closed as this one, the newest first."""
    same = tab.venue.tabs.filter(status=tab.status).exclude(id=tab.id).select_related("customer")
    others = list(same.order_by("-opened_at")[:60])
    standings = balances.get_standings([tab, *others])
    left = standings[tab.id].balance
    return Merging(
        left=left,
        candidates=tuple(
            Candidate(
                tab=other,
                left=standings[other.id].balance,
                together=left + standings[other.id].balance,
            )
            for other in others
        ),
    )


def get_shares(tab: Tab, *, ways: int) -> Shares:
    """What so many equal parts of what is left come to."""
    left = balances.get_standing(tab).balance
    try:
        parts = rules.evenly(left, ways=ways)
    except DomainError:
        parts = []
    numbered = tuple(Share(number=n, amount=each) for n, each in enumerate(parts, start=1))
    return Shares(left=left, parts=numbered)


def list_colleagues(tab: Tab) -> tuple[Membership, ...]:
    """Everybody at work here who does not look after the tab already."""
    now_with = tab.in_charge_id or tab.opened_by_id
    people = memberships.list_people(venue=tab.venue)
    return tuple(person for person in people if person.user_id != now_with)


def list_undoable(tab: Tab) -> tuple[Rearrangement, ...]:
    """What was done to this tab and not undone, the newest first; only that one can be undone."""
    standing = Rearrangement.objects.standing().filter(tab=tab)
    return tuple(standing.order_by("-number")[:1])
