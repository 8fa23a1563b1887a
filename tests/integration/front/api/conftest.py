"""Software that works at Larkspur, and some that does not."""

from __future__ import annotations

import pytest

from orders.services import tabs
from payments.services import closing
from tests import fakes
from tests.factories import EVENING
from tests.software import Software


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    """The processor's own book, empty at the start of each test."""
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.fixture
def till(ada):
    """Larkspur's till, with Ada's key."""
    return Software(ada)


@pytest.fixture
def office(niamh):
    """The manager's own software."""
    return Software(niamh)


@pytest.fixture
def elsewhere(mallory):
    """Software of a place that has no business here."""
    return Software(mallory)


@pytest.fixture
def closed_tab(tab, ada):
    """€3.20 is owed."""
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab


@pytest.fixture
def empty_tab(larkspur, ada):
    return tabs.open_tab(venue=larkspur, by=ada, now=EVENING, label="Table 9")
