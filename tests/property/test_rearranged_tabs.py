"""Random merges, splits, gifts and payments on real tabs: the books keep to the unit.

Shorter than `test_rearranging.py`, which has the ten thousand: here every step goes through the
services, the ledger and the database.
"""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money, step_of
from orders.models import Line, LineMove, Rearrangement, Tab, TabEvent
from orders.rules.reductions import ReductionKind
from orders.rules.roles import Role
from orders.selectors import bills
from orders.services.reductions import Wanted
from payments.models import CounterPayment, LedgerEntry, Receipt
from payments.rules.accounts import Account, CounterMethod
from payments.selectors import balances
from payments.services import closing, counter, rearranging, reducing
from payments.services.counter import Taken
from payments.services.rearranging import Parts
from tests import factories, fakes
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
STEPS = 45
PLACES = [("EUR", True, "0"), ("KRW", True, "10"), ("KWD", False, "7.5")]


class Night:
    """Some tabs of one venue, and everything that may be done to them."""

    def __init__(self, venue, by, *, seed, closed):
        self.venue, self.by, self.closed = venue, by, closed
        self.dice = random.Random(seed)  # noqa: S311 - Dice of a game, not of a lock.
        tax = venue.tax_rates.create(name="VAT", rate=Decimal("13.5"))
        step = step_of(venue.currency)
        self.items = [
            factories.make_item(
                venue, f"Item {number}", price * step, tax=tax if number % 2 else None
            )
            for number, price in enumerate((311, 777, 1490, 2045))
        ]
        self.now = EVENING
        self.before = {}

    def open(self):
        if self.venue.tabs.filter(status__in=["open", "closed"]).count() > 5:
            return
        some = self.dice.sample(self.items, self.dice.randint(1, 4))
        tab = factories.make_tab(self.venue, self.by, *some, now=self.now)
        if self.closed:
            closing.close_and_request(tab_id=tab.id, by=self.by, now=self.now)
        self.forget()

    def forget(self):
        """What was there before is not there to come back to any more."""
        self.before = dict.fromkeys(self.before)

    def pick(self):
        living = self.venue.tabs.filter(status__in=["open", "closed"]).order_by("number")
        return self.dice.choice(list(living)) if living else None

    def act(self):
        self.now += timedelta(minutes=1)
        acts = ("open", "merge", "split", "split_lines", "undo", "undo", "give", "pay")
        getattr(self, self.dice.choice(acts))()

    def merge(self):
        tab, other = self.pick(), self.pick()
        if tab and other:
            state = picture(self.venue)
            made = rearranging.merge(tab_id=tab.id, other_id=other.id, by=self.by, now=self.now)
            self.before[made.id] = state

    def split(self):
        if tab := self.pick():
            weights = [self.dice.randint(1, 5) for _each in range(self.dice.randint(2, 4))]
            self._split(tab, Parts(weights=weights))

    def split_lines(self):
        tab = self.pick()
        lines = list(tab.lines.standing().order_by("id")) if tab else []
        if lines:
            self._split(tab, Parts(groups=[[self.dice.choice(lines).id]]))

    def _split(self, tab, parts):
        state = picture(self.venue)
        made = rearranging.split(tab_id=tab.id, parts=parts, by=self.by, now=self.now)
        self.before[made.id] = state

    def undo(self):
        newest = Rearrangement.objects.standing().order_by("-at", "-number").first()
        if newest is None:
            return
        rearranging.undo(tab_id=newest.tab_id, rearrangement_id=newest.id, by=self.by, now=self.now)
        was = self.before.pop(newest.id)
        if was is not None:
            assert picture(self.venue) == was

    def give(self):
        if tab := self.pick():
            wanted = Wanted(
                kind=ReductionKind.DISCOUNT,
                reason="A kindness",
                percent=Decimal(self.dice.randint(1, 30)),
            )
            reducing.reduce_tab(
                tab_id=tab.id, by=self.by, role=Role.OWNER, now=self.now, wanted=wanted
            )
            self.forget()

    def pay(self):
        tab = self.pick()
        left = balances.get_standing(tab).balance if tab and tab.is_owing else None
        if left is None or not left.is_positive:
            return
        step = step_of(left.currency)
        amount = Money(self.dice.randint(1, left.minor // step) * step, left.currency)
        taken = Taken(method=CounterMethod.CASH, amount=amount, tip=Money.zero(left.currency))
        counter.record_counter_payment(
            tab_id=tab.id, by=self.by, taken=taken, request_key=str(self.now), now=self.now
        )
        self.forget()


def picture(venue):
    """Every living tab with its lines and what is owed on it."""
    living = venue.tabs.filter(status__in=["open", "closed"]).order_by("id")
    lines = Line.objects.filter(tab__in=living, voided_at=None).order_by("id")
    return (
        [(tab.id, tab.status, tab.total_minor, tab.rounding_minor,
          balances.get_standing(tab).balance.minor) for tab in living],
        list(lines.values_list("id", "tab_id", "quantity", "unit_price_minor", "off_minor",
                               "moved_minor")),
    )  # fmt: skip


def owed(venue):
    tabs = list(venue.tabs.filter(status__in=["open", "closed", "settled", "merged"]))
    standings = balances.get_standings(tabs)
    return sum(standing.balance.minor for standing in standings.values())


def check(venue):
    """What has to hold after each step."""
    for tab in venue.tabs.filter(status__in=["open", "closed", "settled"]):
        assert bills.bill_of(tab).totals.total == tab.total
        assert tab.is_open or balances.get_standing(tab).balance.minor >= 0
    for tab in venue.tabs.filter(status="merged"):
        assert balances.get_standing(tab).balance.is_zero
        assert not tab.lines.standing().exists()
        assert Tab.objects.filter(id=tab.merged_into_id).exists()
    assert LedgerEntry.objects.all().balance_of(Account.TRANSFERS, venue.currency).is_zero


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize(
    ("currency", "inclusive", "service"), PLACES, ids=[place[0] for place in PLACES]
)
def test_real_tabs_keep_to_the_unit(settings, monkeypatch, currency, inclusive, service, closed):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    venue = factories.make_venue(
        f"Place {currency}",
        currency=currency,
        prices_include_tax=inclusive,
        service_charge_rate=Decimal(service),
    )
    owner = factories.make_user("Oona", venue=venue, role=Role.OWNER)
    night = Night(venue, owner, seed=f"{currency}-{closed}", closed=closed)
    night.open()

    for _step in range(STEPS):
        before = owed(venue)
        told = TabEvent.objects.count(), Rearrangement.objects.count()
        try:
            night.act()
        except DomainError:
            assert owed(venue) == before
        check(venue)
        if Rearrangement.objects.count() > told[1]:
            assert owed(venue) == before
            assert TabEvent.objects.count() > told[0]

    assert Receipt.objects.count() == CounterPayment.objects.count()
    assert LineMove.objects.exists()
