"""A guest back from Stripe's page."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from payments.models import CheckoutAttempt, Receipt
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON


@pytest.fixture
def attempt(client, page, closed_tab):
    """€10.00 of the tab and €1.00 for the team, on a card page that is open."""
    fields = {"mode": "share", "amount": "10", "tip": "other", "tip_amount": "1", "shown": "1100"}
    client.post(f"{page}payments/", fields)
    return CheckoutAttempt.objects.get()


@pytest.fixture
def landing(page, attempt):
    return f"{page}return/{attempt.id}/"


@pytest.fixture
def paid(client, book, attempt, landing):
    """The receipt of that payment, once it was paid."""
    book.pay(attempt.session_id, email="payer@example.org", at=SOON)
    client.get(landing)
    return Receipt.objects.get()


def other_link(larkspur, ada):
    item = factories.make_item(larkspur, "Something else", 500)
    tab = factories.make_tab(larkspur, ada, item)
    return f"/p/{closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).token}/"


def pay_at_counter(tab, minor):
    taken = Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=tab.id, by=tab.opened_by, taken=taken, request_key=f"press-{minor}", now=SOON
    )
