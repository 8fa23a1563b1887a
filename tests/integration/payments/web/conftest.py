"""A guest's browser, holding the link to a tab that was closed at 21.80."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from config.kernel import clock
from orders.services import links
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    """The doors' clock stands still (the list holds the instant), and nobody tried anything."""
    present = [SOON]
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: present[0])
    return present


@pytest.fixture
def token(closed_tab):
    return links.mint(tab_id=closed_tab.id, now=EVENING)


@pytest.fixture
def page(token):
    """Where the link leads."""
    return f"/p/{token}/"


@pytest.fixture
def friend(db):
    """Another browser."""
    return Client()
