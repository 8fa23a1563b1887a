"""A clock that stands still, and a guest who is on file twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.front.pages.customer import get_customer_page
from config.kernel import clock
from config.kernel.money import Money
from orders.models import Membership, Tab
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.integration.front.web.customer_pages import SOON, put_on_file


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture
def aoife(larkspur):
    return put_on_file(larkspur, "Aoife Byrne", "aoife@byrne.example", "+35316771234")


@pytest.fixture
def work(larkspur):
    """Aoife again, from work."""
    return put_on_file(larkspur, "Aoife Byrne", "a.byrne@firm.example", note="Window seat")


@pytest.fixture
def tab_of(larkspur, ada, scone):
    """Makes tabs of somebody, closed and paid as far as it is said."""

    def make(customer, *, days_ago=0, paid=None, wait=timedelta()):
        then = SOON - timedelta(days=days_ago)
        tab = factories.make_tab(larkspur, ada, scone, customer=customer, now=then)
        if paid is None:
            return tab
        tab = closing.close_and_request(tab_id=tab.id, by=ada, now=then).tab
        if paid:
            taken = Taken(method=CounterMethod.CASH, amount=Money(paid, "EUR"), tip=Money(0, "EUR"))
            counter.record_counter_payment(
                tab_id=tab.id, by=ada, taken=taken, request_key=str(tab.id), now=then + wait
            )
        return Tab.objects.get(id=tab.id)

    return make


@pytest.fixture
def page_of():
    def look(user, customer, *, page=""):
        member = Membership.objects.select_related("venue", "user").get(user=user)
        return get_customer_page(member, customer, page=page, now=SOON)

    return look
