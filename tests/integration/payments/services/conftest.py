"""A tab whose guest may leave a card."""

from __future__ import annotations

import pytest

from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.services import closing
from tests.conftest import EVENING
from tests.integration.payments.services import cards


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
