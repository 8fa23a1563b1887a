"""What staff read of reminders on a tab that a card on file is to settle."""

from __future__ import annotations

import pytest

from config.front.pages.reminding import get_reminding
from orders.models import Tab
from payments.services import auto_settlement
from tests.conftest import EVENING
from tests.integration.payments import cards

pytestmark = pytest.mark.django_db


def notes_of(tab_id):
    tab = Tab.objects.select_related("venue", "terms", "customer").get(id=tab_id)
    return {step.note for step in get_reminding(tab).steps}


def test_while_a_card_is_to_pay_they_depend_on_it(owing_tab, ada):
    before = notes_of(owing_tab.id)
    cards.keep_card(owing_tab.id, now=EVENING)
    meanwhile = notes_of(owing_tab.id)

    auto_settlement.stop(tab_id=owing_tab.id, by=ada, now=EVENING)

    assert meanwhile == {"only if the card on file does not pay"}
    assert before == notes_of(owing_tab.id) == {"if still unpaid"}
