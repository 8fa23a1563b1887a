"""Which browsers may look at which bill, and which are asking to."""

from __future__ import annotations

from django.db.models import QuerySet

from orders.models import Tab, TabClaim, Venue
from orders.rules.claims import ClaimState
from orders.selectors import tabs


def standing(*, tab: Tab, browser_digest: str) -> ClaimState | None:
    """Where a browser stands with a tab; None when it never asked."""
    claim = TabClaim.objects.filter(tab=tab, browser_digest=browser_digest).first()
    return None if claim is None else ClaimState(claim.state)


def find_claimed_tab(*, venue: Venue, token_code: str, browser_digest: str) -> Tab | None:
    """The latest tab of a card that this browser was let in to, closed ones included."""
    claimed = TabClaim.objects.granted().filter(browser_digest=browser_digest)
    theirs = Tab.objects.filter(venue=venue, token_code=token_code, id__in=claimed.values("tab"))
    latest = theirs.select_related("venue", "terms", "customer").order_by("-number").first()
    return None if latest is None else tabs.follow(latest)


def waiting(venue: Venue) -> tuple[TabClaim, ...]:
    """Who waits for a tap by staff, the longest wait first."""
    return tuple(
        _waiting_at(venue).select_related("tab", "tab__customer").order_by("created_at", "id")
    )


def _waiting_at(venue: Venue) -> QuerySet[TabClaim]:
    return TabClaim.objects.waiting().filter(tab__venue=venue)
