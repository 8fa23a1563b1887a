"""A clock that stands still, and a tab that was closed."""

from __future__ import annotations

import pytest

from config.kernel import clock
from payments.services import closing
from tests import fakes
from tests.conftest import EVENING
from tests.integration.front.web.tab_page import SOON


@pytest.fixture(autouse=True)
def soon(monkeypatch, settings):
    """Doors read the clock; here it stands still, and the processor is in memory."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def closed(tab, ada):
    """The tab at table 4, closed without an address: €3.20 is owed by tomorrow."""
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab
