"""A guest on file: what is known of them, what they had here, and how they pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Avg, Count, DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from config.front.pages.history import Told
from config.front.pages.owing import owing_of
from config.kernel.money import Money
from orders.models import Customer, CustomerEvent, Membership, Tab, Venue
from orders.rules.roles import Right
from orders.rules.tab_states import TabStatus
from orders.selectors import customers
from payments.selectors import balances
from payments.selectors.balances import Standing

MOST_FOUND: Final = 50
TABS_A_PAGE: Final = 25
EVENTS: Final = 20
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One guest in the list. `visits` are tabs that were not voided."""

    customer: Customer
    visits: int
    last_seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """Who fits what was typed; without enough letters, who came to be on file last."""

    found: tuple[Found, ...]
    is_searched: bool
    is_cut_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One tab of theirs, and where its money stands."""

    tab: Tab
    state: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How they pay. `days_to_pay` is from closing to settling, on average."""

    owing: Money
    owing_count: int
    settled_count: int
    days_to_pay: Decimal | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Everything the page needs; no query is left when the template starts."""

    customer: Customer
    figures: Figures
    visits: tuple[Visit, ...]
    pages: Page[Tab]
    events: tuple[Told, ...]
    may_merge: bool


def find_customers(venue: Venue, *, words: str) -> FoundPage:
    """Guests who have these letters, with how often and when they were here: one statement."""
    words = words.strip()
    is_searched = len(words) >= customers.FEWEST_LETTERS
    people = (
        customers.search(venue=venue, words=words)
        if is_searched
        else customers.list_newest(venue=venue)
    )
    found: Sequence[Any] = list(_with_visits(people)[: MOST_FOUND + 1])
    return FoundPage(
        found=tuple(
            Found(customer=each, visits=each.visits or 0, last_seen=each.last_seen)
            for each in found[:MOST_FOUND]
        ),
        is_searched=is_searched,
        is_cut_short=len(found) > MOST_FOUND,
    )


def get_customer_page(
    member: Membership, customer: Customer, *, page: str, now: datetime
) -> CustomerPage:
    """One guest as staff of the venue see them, in as many statements for any of them."""
    tabs = tabs_of(customer)
    shown = Paginator(tabs.order_by("-opened_at", "-id"), TABS_A_PAGE).get_page(page)
    standings = balances.get_standings(shown.object_list)
    return CustomerPage(
        customer=customer,
        figures=_figures(tabs, currency=member.venue.currency),
        visits=tuple(
            Visit(
                tab=tab,
                state=_state(tab, standings[tab.id], now=now),
                standing=standings[tab.id],
            )
            for tab in shown.object_list
        ),
        pages=shown,
        events=tuple(_tell(event) for event in _events_of(customer)),
        may_merge=member.may(Right.MERGE_CUSTOMERS),
    )


def tabs_of(customer: Customer) -> QuerySet[Tab]:
    """Their tabs, also those opened in the name of an entry since found to be theirs."""
    return Tab.objects.filter(customer__in=_entries_of(customer))


def _entries_of(customer: Customer) -> QuerySet[Customer]:
    return Customer.objects.filter(Q(id=customer.id) | Q(merged_into=customer))


def _with_visits(people: QuerySet[Customer]) -> QuerySet[Any]:
    tabs = Tab.objects.filter(customer=OuterRef("pk")).exclude(
        status__in=[TabStatus.VOID, TabStatus.MERGED]
    )
    seen = tabs.order_by().values("customer")
    return people.annotate(
        visits=Subquery(seen.annotate(count=Count("id")).values("count")),
        last_seen=Subquery(
            seen.annotate(last=Max("opened_at")).values("last"), output_field=DateTimeField()
        ),
    )


def _figures(tabs: QuerySet[Tab], *, currency: str) -> Figures:
    sums = tabs.aggregate(
        settled=Count("id", filter=Q(status=TabStatus.SETTLED)),
        owing=Count("id", filter=Q(status=TabStatus.CLOSED)),
        wait=Avg(F("settled_at") - F("closed_at"), filter=Q(status=TabStatus.SETTLED)),
        last=Max("opened_at"),
    )
    wait: timedelta | None = sums["wait"]
    return Figures(
        owing=owing_of(tabs, currency=currency),
        owing_count=sums["owing"],
        settled_count=sums["settled"],
        days_to_pay=None if wait is None else Decimal(str(round(wait / DAY, 1))),
        last_seen=sums["last"],
    )


def _state(tab: Tab, standing: Standing, *, now: datetime) -> str:
    if not tab.is_owing:
        return TabStatus(tab.status)
    if tab.is_overdue(now):
        return "overdue"
    return "part" if standing.is_part_paid else "due"


def _events_of(customer: Customer) -> QuerySet[CustomerEvent]:
    events = CustomerEvent.objects.filter(customer__in=_entries_of(customer)).select_related("by")
    return events.order_by("-at", "-id")[:EVENTS]


def _tell(event: CustomerEvent) -> Told:
    by = gettext("by %(name)s") % {"name": event.by} if event.by else ""
    if event.kind == "merged":
        was = event.data["was"]
        who = ", ".join(filter(None, (was["name"], was["email"], was["phone"])))
        title = gettext("Merged with %(who)s") % {"who": who}
        return Told(icon="merge", state="", title=title, more=by, at=event.at)
    known = event.data["before"]
    before = [f"{word}: {known[name] or '–'}" for name, word in _fields().items() if name in known]
    title = gettext("Corrected; before: %(before)s") % {"before": " · ".join(before)}
    return Told(icon="note", state="", title=title, more=by, at=event.at)


def _fields() -> dict[str, str]:
    """What is on file, in the order people read it; a database keeps none."""
    return {
        "name": gettext("name"),
        "email": gettext("email"),
        "phone": gettext("phone"),
        "note": gettext("note"),
    }
