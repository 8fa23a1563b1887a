from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Tab
from orders.selectors import customers, history, tabs
from orders.services import lines
from orders.services import tabs as services
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(hours=1)


@pytest.mark.parametrize("somebody", ["mallory", "stranger", "sora"])
def test_a_tab_is_there_for_its_own_people_only(request, tab, ada, larkspur, *, odile, somebody):
    outsider = request.getfixturevalue(somebody)

    assert tabs.find_visible(user=ada, tab_id=tab.id) == tab
    assert tabs.find_visible(user=ada, venue=larkspur, tab_id=tab.id) == tab
    assert tabs.find_visible(user=ada, venue=odile, tab_id=tab.id) is None
    assert tabs.find_visible(user=ada, tab_id=uuid4()) is None
    assert tabs.find_visible(user=outsider, tab_id=tab.id) is None


def test_a_guest_finds_the_tab_by_its_key(tab):
    assert tabs.get_for_guest_key(tab.guest_key) == tab
    with pytest.raises(Tab.DoesNotExist):
        tabs.get_for_guest_key("guess")


def test_a_code_leads_to_the_open_tab_first(larkspur, odile, ada, scone, mint):
    def find(venue=larkspur, typed="mint 1"):
        return tabs.find_by_token(venue=venue, typed=typed)

    assert find() is None
    first = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")
    services.close_tab(tab_id=first.id, by=ada, now=EVENING)
    assert find() == first
    second = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")
    assert find() == second
    services.close_tab(tab_id=second.id, by=ada, now=EVENING)
    assert find() == second
    services.reopen_tab(tab_id=first.id, by=ada, now=EVENING, reason="More")
    assert find() == first
    assert find(venue=odile) is None
    assert find(typed="gibberish 1 2") is None


def test_tabs_are_listed_in_the_order_their_reader_needs(larkspur, odile, ada, scone):
    opened = [
        factories.make_tab(larkspur, ada, scone, now=EVENING + timedelta(minutes=minute))
        for minute in range(4)
    ]
    factories.make_tab(odile, ada)
    services.close_tab(tab_id=opened[1].id, by=ada, now=EVENING + timedelta(days=2))
    services.close_tab(tab_id=opened[2].id, by=ada, now=EVENING)

    assert list(tabs.list_tabs(venue=larkspur)) == opened[::-1]
    assert list(tabs.list_open(venue=larkspur)) == [opened[0], opened[3]]
    assert list(tabs.list_owing(venue=larkspur)) == [opened[2], opened[1]]
    assert list(Tab.objects.overdue(EVENING + timedelta(days=2))) == [opened[2]]


def test_history_is_told_in_order_with_names(tab, ada, niamh, django_assert_num_queries):
    line = tab.lines.get()
    lines.void_line(tab_id=tab.id, line_id=line.id, by=niamh, now=LATER, reason="Made wrong")

    with django_assert_num_queries(1):
        told = [(event.kind, event.by) for event in history.list_history(tab_id=tab.id)]
        names = [str(by) for _kind, by in told]

    assert [kind for kind, _by in told] == ["opened", "line_added", "line_voided"]
    assert names == ["Ada", "Ada", "Niamh"]


def test_guests_are_found_by_what_is_remembered_of_them(larkspur, odile, ada, tab):
    services.set_guest(
        tab_id=tab.id, by=ada, now=EVENING, name="Dónal Keane", email="donal@keane.example"
    )
    services.set_guest(tab_id=tab.id, by=ada, now=EVENING, phone="01 677 1234")
    donal = Tab.objects.get(id=tab.id).customer

    for words in ("keane", "DONAL@", "677 1234", "1234"):
        assert list(customers.search(venue=larkspur, words=words)) == [donal]
    assert list(customers.search(venue=larkspur, words="maeve")) == []
    assert list(customers.search(venue=odile, words="keane")) == []
    assert customers.find(venue=larkspur) is None
    assert customers.find(venue=odile, email="donal@keane.example") is None


def test_a_guest_who_has_settled_before_is_a_regular(larkspur, ada, scone, tab):
    first = factories.make_tab(larkspur, ada, scone, email="donal@keane.example")
    assert customers.limit_of(tab=first) == Money(4000, "EUR")
    assert not customers.is_regular(tab=tab)
    services.close_tab(tab_id=first.id, by=ada, now=EVENING)
    services.mark_settled(tab_id=first.id, now=EVENING)

    second = factories.make_tab(larkspur, ada, email="donal@keane.example")

    assert customers.is_regular(tab=second)
    assert customers.limit_of(tab=second) == Money(12_000, "EUR")
    assert not customers.is_regular(tab=Tab.objects.get(id=first.id))
