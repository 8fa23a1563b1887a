from __future__ import annotations

from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.selectors import bills
from orders.services import lines, tabs
from orders.services.lines import NewLine
from tests import factories
from tests.conftest import EVENING


@pytest.fixture
def varied(larkspur, ada, scone):
    """A tab with a voided line, a sent one and an unsent one, and a service charge."""
    larkspur.service_charge_rate = Decimal(10)
    larkspur.save()
    tab = factories.make_tab(larkspur, ada)
    for quantity, sent in [(1, True), (2, True), (3, False)]:
        lines.add_lines(
            tab_id=tab.id,
            by=ada,
            now=EVENING,
            wanted=[NewLine(item_id=scone.id, quantity=quantity)],
            sent=sent,
        )
    first = tab.lines.in_order()[0]
    lines.void_line(tab_id=tab.id, line_id=first.id, by=ada, now=EVENING, reason="Made wrong")
    return tab


def quantities(found):
    return [line.quantity for line in found]


def test_a_bill_tells_its_lines_apart(varied):
    bill = bills.get_bill(tab_id=varied.id)

    assert quantities(bill.lines) == [1, 2, 3]
    assert quantities(bill.standing) == [2, 3]
    assert quantities(bill.sent) == [2]
    assert quantities(bill.unsent) == [3]
    assert quantities(bill.voided) == [1]
    assert (bill.count, bill.unsent_count) == (5, 3)
    assert not bill.is_empty
    assert not bill.is_served


def test_a_bill_adds_up_under_its_venues_rules(varied):
    bill = bills.get_bill(tab_id=varied.id)

    assert bill.totals.subtotal == Money(1600, "EUR")
    assert bill.totals.service_charge == Money(160, "EUR")
    assert bill.totals.tax == Money(190, "EUR")
    assert bill.total == Money(1760, "EUR")
    assert bill.tab.total == bill.total


def test_a_closed_bill_is_what_was_asked_for(varied, ada, larkspur):
    tabs.close_tab(tab_id=varied.id, by=ada, now=EVENING)
    larkspur.service_charge_rate = Decimal(0)
    larkspur.save()

    bill = bills.get_bill(tab_id=varied.id)

    assert bill.total == Money(1760, "EUR")
    assert bill.totals.total == Money(1600, "EUR")


def test_an_empty_bill_is_nothing(larkspur, ada):
    bill = bills.get_bill(tab_id=factories.make_tab(larkspur, ada).id)

    assert bill.is_empty
    assert not bill.is_served
    assert bill.total.is_zero


def test_a_bill_is_served_when_everything_was_brought(tab, ada):
    tabs.mark_served(tab_id=tab.id, by=ada, now=EVENING)

    assert bills.get_bill(tab_id=tab.id).is_served


@pytest.mark.parametrize("count", [1, 3])
def test_no_query_is_left_for_the_page(*, larkspur, ada, scone, django_assert_num_queries, count):
    tab = factories.make_tab(larkspur, ada, *[scone] * count, email="donal@example.org")

    with django_assert_num_queries(2):
        bill = bills.get_bill(tab_id=tab.id)
        assert bill.tab.title == "#1"
        assert bill.tab.opened_by.name == "Ada"
        assert bill.tab.terms.days_to_pay == 1
        assert str(bill.tab.customer) == "donal@example.org"
        assert bill.venue.name == "Larkspur Coffee"
        for line in bill.lines:
            assert (line.added_by.name, line.voided_by) == ("Ada", None)
            assert line.amount == Money(320, "EUR")
