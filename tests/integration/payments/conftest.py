"""What tests of payments start from: a processor in memory, and a tab that was closed at 21.80."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import CatalogueItem, Category
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.models import CheckoutAttempt
from payments.rules.allocation import Choice, PayMode
from payments.services import checkout, closing
from payments.services.checkout import Wish
from tests import fakes
from tests.conftest import EVENING
from tests.integration.payments import cards

SOON = EVENING + timedelta(minutes=5)
LATER = EVENING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    """The processor's own book, empty at the start of each test."""
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.fixture
def shakshuka(larkspur):
    category = Category.objects.create(venue=larkspur, name="Brunch on the house's test")
    return CatalogueItem.objects.create(
        venue=larkspur, category=category, name="Shakshuka", price_minor=2180
    )


@pytest.fixture
def open_tab(larkspur, ada, shakshuka):
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, label="Table 4")
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=shakshuka.id)])
    tab.refresh_from_db()
    return tab


@pytest.fixture
def closed_tab(open_tab, ada):
    """€21.80 is owed, and asked for by mail."""
    return closing.close_and_request(
        tab_id=open_tab.id, by=ada, now=EVENING, email="donal@example.org"
    ).tab


@pytest.fixture
def wish():
    """Makes a payer's wish; `wish(2180)` wants to pay all of it."""

    def make(shown, *, amount=None, tip=0, payer="first", currency="EUR", email=""):
        choice = Choice(mode=PayMode.ALL)
        if amount is not None:
            choice = Choice(mode=PayMode.AMOUNT, amount=Money(amount, currency))
        return Wish(
            choice=choice,
            tip=Money(tip, currency),
            shown=Money(shown, currency),
            payer_digest=payer,
            payer_email=email,
            return_url="https://tab.example/return/{attempt}/",
            back_url="https://tab.example/?left={attempt}",
            locale="en",
        )

    return make


@pytest.fixture
def open_page(closed_tab, wish):
    """Opens a Stripe page for the closed tab."""

    def make(shown=2180, now=EVENING, **choices) -> CheckoutAttempt:
        return checkout.open_page(tab_id=closed_tab.id, wish=wish(shown, **choices), now=now)

    return make


@pytest.fixture
def later_tab(larkspur, ada, shakshuka):
    """Open, €21.80 so far, Donal's; Larkspur lets cards settle."""
    cards.let_cards_settle(larkspur, now=EVENING)
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="donal@example.org")
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=shakshuka.id)])
    tab.refresh_from_db()
    return tab


@pytest.fixture
def owing_tab(later_tab, ada):
    """The same, closed: €21.80 is owed by the end of tomorrow."""
    return closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING).tab
