"""A tab whose guest has left a card for it."""

from __future__ import annotations

import pytest

from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import (
    settlement_of,
)


@pytest.fixture
def told_tab(owing_tab):
    """Donal's card is on file, and he has been told."""
    cards.keep_card(owing_tab.id, now=EVENING)
    settlement = settlement_of(owing_tab.id)
    cards.tell(owing_tab.id, now=settlement.next_at)
    return owing_tab
