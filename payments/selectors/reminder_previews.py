"""What each mail of a venue's schedule would look like for a tab that is closed now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from config.kernel.money import Money
from orders.models import Customer, Line, Tab, TermsVersion, Venue
from orders.rules import terms as terms_rules
from orders.rules.tab_states import TabStatus
from orders.selectors import bills
from orders.selectors.bills import Bill
from payments.rules.reminder_schedule import Planned, plan
from payments.selectors.balances import Standing

EXAMPLE_GUEST = "Dónal Keane"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A tab that nobody ever had, with its reminders at their real dates."""

    bill: Bill
    standing: Standing
    steps: tuple[Planned, ...]


def get_example(venue: Venue, *, now: datetime) -> Example:
    """Two things from the venue's own menu, closed now under the newest terms."""
    terms = TermsVersion.objects.filter(venue=venue).latest("number")
    tab = _tab(venue, terms, now=now)
    bill = bills.bill_with(tab, _lines(tab, now=now))
    tab.total_minor = bill.totals.total.minor
    assert tab.due_at is not None
    steps = plan(terms.reminder_rules, due_at=tab.due_at, asked_at=now, venue_zone=venue.zone)
    return Example(
        bill=bill,
        standing=Standing.of_fresh_request(Money(tab.total_minor, venue.currency)),
        steps=tuple(steps),
    )


def _tab(venue: Venue, terms: TermsVersion, *, now: datetime) -> Tab:
    due_at = terms_rules.due_at(now, days_to_pay=terms.days_to_pay, time_zone=venue.time_zone)
    return Tab(
        venue=venue,
        terms=terms,
        customer=Customer(venue=venue, name=EXAMPLE_GUEST),
        number=venue.next_tab_number,
        status=TabStatus.CLOSED,
        currency=venue.currency,
        closed_at=now,
        due_at=due_at,
    )


def _lines(tab: Tab, *, now: datetime) -> list[Line]:
    items = tab.venue.catalogue.on_sale().filter(price_minor__gt=0).select_related("tax_rate")
    return [
        Line(
            tab=tab,
            name=item.name,
            position=position,
            quantity=1,
            unit_price_minor=item.price_minor,
            currency=tab.currency,
            tax_name=item.tax_rate.name if item.tax_rate else "",
            tax_rate=item.tax_rate.rate if item.tax_rate else Decimal(0),
            added_at=now,
        )
        for position, item in enumerate(items.order_by("-price_minor", "name")[:2], start=1)
    ]
