"""The number a guest's company books under: noted once by the guest, changed by staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import TabEvent
from orders.rules.tab_states import IllegalMove
from orders.rules.texts import TextTooLong
from orders.services import purchase_orders, tabs
from orders.services.purchase_orders import PurchaseOrderGiven
from tests.conftest import EVENING

LATER = EVENING + timedelta(minutes=10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def note(tab):
    """Notes a number; by the guest, unless told otherwise."""

    def make(number, by=None):
        return purchase_orders.set_purchase_order(
            tab_id=tab.id, by=by, now=LATER, purchase_order=number
        )

    return make


def events(tab):
    return TabEvent.objects.filter(tab=tab, kind="purchase_order_set").order_by("id")


def test_staff_note_it_when_the_tab_is_opened(larkspur, ada):
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, purchase_order="  PO\t4711 ")

    assert tab.purchase_order == "PO 4711"


def test_the_guest_adds_one_that_is_missing_and_the_tab_tells(note, tab, larkspur):
    larkspur.refresh_from_db()
    version = larkspur.board_version

    note(" PO-4711 ")

    tab.refresh_from_db()
    larkspur.refresh_from_db()
    assert tab.purchase_order == "PO-4711"
    assert [(each.actor, each.data) for each in events(tab)] == [
        ("guest", {"purchase_order": "PO-4711"})
    ]
    assert larkspur.board_version == version + 1


def test_the_same_again_is_no_change(note, tab):
    note("PO-4711")
    note("PO-4711")

    assert events(tab).count() == 1


@pytest.mark.parametrize("number", ["PO-1", ""])
def test_the_guest_changes_none_that_is_there(note, tab, ada, number):
    note("PO-4711", by=ada)

    with pytest.raises(PurchaseOrderGiven):
        note(number)

    tab.refresh_from_db()
    assert tab.purchase_order == "PO-4711"


def test_staff_change_it_and_take_it_away(note, tab, ada):
    for number in ("PO-1", "PO-2", ""):
        note(number, by=ada)

    tab.refresh_from_db()
    assert tab.purchase_order == ""
    assert events(tab).count() == 3


def test_a_longer_one_than_there_is_room_for_is_refused(note, ada):
    with pytest.raises(TextTooLong):
        note("4" * 41, by=ada)


def test_nothing_changes_once_a_tab_has_ended(note, tab, ada):
    tabs.void_tab(tab_id=tab.id, by=ada, now=LATER, reason="Left")

    with pytest.raises(IllegalMove):
        note("PO-4711", by=ada)
