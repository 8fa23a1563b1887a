"""What a tab adds up to, ready for a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import UUIDField

from config.kernel.money import Money
from config.kernel.prepared import Prepared
from orders.models import Line, Tab, Venue
from orders.rules import totals
from orders.rules.totals import Priced, Totals

_LINES: Final = Prepared(
    lambda place: Line.objects.filter(tab_id=place("tab_id", UUIDField())).select_related(
        "added_by", "voided_by"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A tab as a page needs it: no query is left to run when the template starts.

    `lines` has voided ones too, in the order they came; `totals` counts the standing ones.
    """

    tab: Tab
    lines: tuple[Line, ...]
    totals: Totals

    @property
    def venue(self) -> Venue:
        return self.tab.venue

    @property
    def total(self) -> Money:
        """What the lines add up to; once money was asked for, what was asked."""
        return self.totals.total if self.tab.is_open else self.tab.total

    @property
    def standing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_void)

    @property
    def unsent(self) -> tuple[Line, ...]:
        return tuple(line for line in self.standing if not line.is_sent)

    @property
    def sent(self) -> tuple[Line, ...]:
        """Sent and standing."""
        return tuple(line for line in self.standing if line.is_sent)

    @property
    def voided(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_void)

    @property
    def count(self) -> int:
        """How many things stand on it."""
        return sum(line.quantity for line in self.standing)

    @property
    def unsent_count(self) -> int:
        return sum(line.quantity for line in self.unsent)

    @property
    def is_empty(self) -> bool:
        return not self.standing

    @property
    def is_served(self) -> bool:
        """Everything was brought, and there was something to bring."""
        return not self.is_empty and all(line.is_served for line in self.standing)


def get_bill(*, tab_id: UUID) -> Bill:
    """The bill of a tab, with its venue, terms and customer."""
    tab = Tab.objects.select_related("venue", "terms", "customer", "opened_by").get(id=tab_id)
    return bill_of(tab)


def bill_of(tab: Tab) -> Bill:
    """The bill of a tab that was read with its venue already: one statement."""
    return bill_with(tab, _lines_of(tab))


def bill_with(tab: Tab, lines: Iterable[Line]) -> Bill:
    """The bill of a tab whose lines are at hand."""
    lines = tuple(sorted(lines, key=lambda line: (line.added_at, line.position)))
    return Bill(tab=tab, lines=lines, totals=add_up(tab, standing_of(lines)))


def _lines_of(tab: Tab) -> list[Line]:
    """Every line with whoever put it there; of a tab that never had one, without asking."""
    lines = _LINES.all(tab_id=tab.id) if tab.had_lines else []
    for line in lines:
        line.tab = tab
    return lines


def standing_of(lines: Iterable[Line]) -> list[Priced]:
    return [
        Priced(amount=line.amount, tax_name=line.tax_name, tax_rate=line.tax_rate)
        for line in lines
        if not line.is_void
    ]


def add_up(tab: Tab, lines: Iterable[Priced]) -> Totals:
    """Sum lines under the rules of the tab's venue."""
    return totals.add_up(
        lines,
        currency=tab.currency,
        prices_include_tax=tab.venue.prices_include_tax,
        service_charge_rate=tab.venue.service_charge_rate,
        rounding=tab.rounding_minor,
    )
