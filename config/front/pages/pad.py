"""The order pad: the menu beside the bill of one open tab."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.front.pages.lines import BillLine, readable
from config.kernel.money import Money
from config.kernel.tokens import digest
from orders.models import Tab
from orders.rules import terms
from orders.selectors import bills, catalogue, customers, promises
from orders.selectors.bills import Bill
from orders.selectors.catalogue import MenuItem
from orders.selectors.promises import Promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Something to sell, and how many of it are on this tab."""

    sold: MenuItem
    count: int

    @property
    def asks(self) -> bool:
        """Whether there is something to choose, or to tell the guest before it begins."""
        item = self.sold.item
        return bool(self.sold.groups or item.expected_result or item.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A section of the menu."""

    key: int
    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much the terms suggest to have open. Being over it warns; it forbids nothing."""

    amount: Money
    used: Money

    @property
    def left(self) -> Money:
        return self.amount - self.used

    @property
    def is_over(self) -> bool:
        return self.left.minor < 0

    @property
    def over(self) -> Money:
        return -self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The bill beside the menu: new lines, sent ones, and those that were voided."""

    bill: Bill
    new: tuple[BillLine, ...]
    sent: tuple[BillLine, ...]
    voided: tuple[BillLine, ...]
    waiting: tuple[Promised, ...]
    limit: Limit
    pay_by: datetime
    opened_by: str
    opened_today: bool

    @property
    def tab(self) -> Tab:
        return self.bill.tab

    @property
    def state(self) -> str:
        return "served" if self.bill.is_served else "open"

    @property
    def waits(self) -> str:
        """What a polled pad compares: which lines wait for the guest's yes."""
        return digest(" ".join(sorted(each.line_id.hex for each in self.waiting)))[:16]

    @property
    def first_name(self) -> str:
        """Whose yes it waits for; empty where nobody said a name."""
        return self.tab.who.partition(" ")[0]

    @property
    def startable(self) -> tuple[BillLine, ...]:
        """What is new and may start."""
        return tuple(each for each in self.new if not each.line.waits_for_yes)

    @property
    def startable_count(self) -> int:
        return sum(each.line.quantity for each in self.startable)

    @property
    def starts_services(self) -> bool:
        """Whether something new is begun, where nothing is sent to a bar."""
        return any(each.promised for each in self.new) and not self.tab.venue.sends_to_bar

    @property
    def counts(self) -> Counter[UUID]:
        """How many of each item stand on the tab."""
        counts: Counter[UUID] = Counter()
        for line in self.bill.standing:
            counts[line.item_id] += line.quantity
        return counts


def get_ticket(tab: Tab, *, now: datetime) -> Ticket:
    """The bill of a tab that was read with its venue, terms and customer."""
    bill = bills.bill_of(tab)
    promised = promises.list_promised(bill.lines)
    is_regular = customers.is_regular(tab=tab)
    minor = tab.terms.regular_limit_minor if is_regular else tab.terms.new_guest_limit_minor
    return Ticket(
        bill=bill,
        new=readable(reversed(bill.unsent), promised),
        sent=readable(bill.sent, promised),
        voided=readable(bill.voided, ()),
        waiting=promises.waiting(promised),
        limit=Limit(amount=Money(minor, tab.currency), used=bill.total),
        pay_by=terms.due_at(now, days_to_pay=tab.terms.days_to_pay, time_zone=tab.venue.time_zone),
        opened_by=tab.opened_by.get_short_name(),
        opened_today=tab.venue.local(tab.opened_at).date() == tab.venue.local(now).date(),
    )


def get_shelves(ticket: Ticket) -> tuple[Shelf, ...]:
    """The menu, with the numbers that are on this tab already."""
    counts = ticket.counts
    return tuple(
        Shelf(
            key=section.category.pk,
            name=section.category.name,
            tiles=tuple(Tile(sold=each, count=counts[each.item.pk]) for each in section.items),
        )
        for section in catalogue.get_menu(venue=ticket.tab.venue).sections
    )


def get_counts(ticket: Ticket) -> tuple[tuple[UUID, int], ...]:
    """How many of everything on the menu stand on this tab, for tiles that are on the screen."""
    counts = ticket.counts
    items = ticket.tab.venue.catalogue.on_sale().values_list("pk", flat=True)
    return tuple((item_id, counts[item_id]) for item_id in items)
