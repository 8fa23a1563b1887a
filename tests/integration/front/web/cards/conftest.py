"""Twelve cards, a clock that stands still, and who looks."""

from __future__ import annotations

import pytest
from django.test import Client

from config.kernel import clock
from orders.services import tokens
from tests.conftest import EVENING


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def stack(larkspur):
    """Twelve cards, MINT and PLUM in turns: a full sheet and the start of another."""
    return tokens.print_cards(venue=larkspur, words=["MINT", "PLUM"], count=12)


@pytest.fixture
def manager(niamh):
    client = Client()
    client.force_login(niamh)
    return client


@pytest.fixture
def barista(ada):
    client = Client()
    client.force_login(ada)
    return client
