"""Finding tabs: for staff through their venue, for guests through the card's key."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, QuerySet, Value, When

from orders.models import Tab, User, Venue
from orders.rules.tab_states import TabStatus
from orders.rules.token_codes import read_code


def find_visible(*, user: User, tab_id: UUID, venue: Venue | None = None) -> Tab | None:
    """The tab, if this person works where it is; None otherwise, and nobody is told which."""
    tabs = Tab.objects.visible_to(user).filter(id=tab_id)
    if venue is not None:
        tabs = tabs.filter(venue=venue)
    return tabs.select_related("venue", "terms", "customer").first()


def get_for_guest_key(key: str) -> Tab:
    """:raises Tab.DoesNotExist: no tab has this key."""
    return follow(Tab.objects.select_related("venue", "terms", "customer").get(guest_key=key))


def follow(tab: Tab) -> Tab:
    """The tab that has the lines by now: where a merged one, and the one it went into, ended up."""
    while tab.merged_into_id is not None:
        tab = Tab.objects.select_related("venue", "terms", "customer").get(id=tab.merged_into_id)
    return tab


def together(tab_id: UUID) -> frozenset[UUID]:
    """A tab and all that were merged into it, also by way of others; a statement a level."""
    found = newest = frozenset({tab_id})
    while newest:
        merged = Tab.objects.filter(merged_into_id__in=newest)
        newest = frozenset(merged.values_list("id", flat=True)) - found
        found |= newest
    return found


def find_by_token(*, venue: Venue, typed: str) -> Tab | None:
    """The tab behind a card's code: the open one first, else the one that had it last."""
    code = read_code(typed)
    if code is None:
        return None
    open_first = Case(When(status=TabStatus.OPEN, then=Value(0)), default=Value(1))
    tabs = Tab.objects.filter(venue=venue, token_code=code)
    known = tabs.select_related("venue", "terms", "customer").order_by(open_first, "-number")
    latest = known.first()
    return None if latest is None else follow(latest)


def list_tabs(*, venue: Venue) -> QuerySet[Tab]:
    """Every tab of a venue, the newest first."""
    return venue.tabs.select_related("customer").order_by("-opened_at", "-id")


def list_open(*, venue: Venue) -> QuerySet[Tab]:
    """The tabs that are open now, the one that has waited longest first."""
    return venue.tabs.open().select_related("customer").order_by("opened_at", "id")


def list_owing(*, venue: Venue) -> QuerySet[Tab]:
    """The closed tabs nobody has paid in full, the one due first first."""
    return venue.tabs.owing().select_related("customer").order_by("due_at", "id")
