"""Tables that are merged, split and handed over, and who does it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Tab
from payments.rules.accounts import CounterMethod
from payments.services import (
    closing,
    counter,
    rearranging,
)
from payments.services.counter import Taken
from payments.services.rearranging import Parts
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON


@pytest.fixture
def menu(larkspur, vat):
    """Prices that do not divide by three."""
    prices = {"Shakshuka": 1490, "Eggs": 1260, "Juice": 420, "Cake": 500}
    return {
        name: factories.make_item(larkspur, name, minor, tax=vat) for name, minor in prices.items()
    }


@pytest.fixture
def table(larkspur, ada, menu):
    """Opens a table with these things on it; closed if asked to be."""

    def make(*names, closed=False, label="Table 9", **details):
        tab = factories.make_tab(
            larkspur, ada, *(menu[name] for name in names), label=label, **details
        )
        if closed:
            closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
        return Tab.objects.get(id=tab.id)

    return make


@pytest.fixture
def act(ada):
    """Does one of the things, as Ada, a little later."""

    class Act:
        def merge(self, tab, other, **more):
            return rearranging.merge(tab_id=tab.id, other_id=other.id, by=ada, now=SOON, **more)

        def split(self, tab, **how):
            return rearranging.split(tab_id=tab.id, parts=Parts(**how), by=ada, now=SOON)

        def undo(self, made):
            return rearranging.undo(tab_id=made.tab_id, rearrangement_id=made.id, by=ada, now=LATER)

        def pay(self, tab, minor):
            taken = Taken(
                method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money.zero("EUR")
            )
            return counter.record_counter_payment(
                tab_id=tab.id, by=ada, taken=taken, request_key=uuid4().hex, now=SOON
            )

    return Act()
