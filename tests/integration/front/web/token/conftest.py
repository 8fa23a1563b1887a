"""A tab on card MINT-01, and phones that scan it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from config.kernel import clock
from tests import factories
from tests.conftest import EVENING

SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still, and nobody has tried anything yet."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    cache.clear()


@pytest.fixture
def carded(larkspur, ada, scone, mint):
    """An open tab at table 4 that Dónal Keane holds the card MINT-01 of."""
    return factories.make_tab(
        larkspur,
        ada,
        scone,
        label="Table 4",
        guest_name="Dónal Keane",
        email="donal@keane.example",
        token_code=mint.code,
    )


@pytest.fixture
def first_phone(carded, mint):
    phone = Client()
    phone.get(f"/t/{mint.key}/", follow=True)
    return phone


@pytest.fixture
def second_phone():
    return Client()


def way_to(tab):
    return f"/t/{tab.guest_key}/"
