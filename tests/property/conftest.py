"""What evenings are played with."""

from __future__ import annotations

import pytest

from orders.models import CatalogueItem, Category
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.services import (
    closing,
)
from tests import fakes
from tests.conftest import EVENING


@pytest.fixture
def closed_tab(larkspur, odile, northfold, ada, request):
    """A tab in one of three currencies, closed and asked for."""
    venue, price = {"EUR": (larkspur, 2183), "KRW": (odile, 48_001), "KWD": (northfold, 31_330)}[
        request.param
    ]
    category = Category.objects.create(venue=venue, name="Tonight")
    item = CatalogueItem.objects.create(
        venue=venue, category=category, name="Supper", price_minor=price
    )
    tab = tabs.open_tab(venue=venue, by=ada, now=EVENING, label="Table 4")
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=item.id)])
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab


@pytest.fixture
def play(closed_tab, ada, settings, monkeypatch):
    """Plays an evening with the closed tab, from its first step until everything is calm."""
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())

    def evening(kind, seed, *, steps):
        night = kind(seed, tab=closed_tab, by=ada, currency=closed_tab.currency)
        for _step in range(steps):
            night.happen()
            closed_tab.refresh_from_db()
        night.calm_down()
        closed_tab.refresh_from_db()

    return evening
