"""A guest's browser, holding the link to a tab that was closed at 21.80."""

from __future__ import annotations

import pytest
from django.test import Client

from config.kernel import clock
from orders.services import links
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    """Doors read the clock; here it stands still. The list holds the present instant."""
    present = [SOON]
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
