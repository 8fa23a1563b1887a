"""What the calls of a sale may ask of the database: statements are what an operation costs.

The bounds are not targets but what it takes today. Whoever raises one says why.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Tab
from orders.services import venues
from tests.factories import make_item

pytestmark = pytest.mark.django_db


def counted(do):
    """Statements but those that begin, end or divide a transaction."""
    with CaptureQueriesContext(connection) as asked:
        do()
    return len([each for each in asked if "SAVEPOINT" not in each["sql"]])


@pytest.fixture
def items(larkspur):
    vat = venues.add_tax_rate(venue=larkspur, name="VAT", rate=Decimal("13.5"))
    return [make_item(larkspur, f"Item {price}", price, tax=vat) for price in (380, 320, 450)]


def test_a_sale_takes_no_more_statements_than_these(till, items):
    till.get("venues/")  # A key's first use in a minute is noted.
    bodies = [{"item": str(item.id), "quantity": 1} for item in items]

    opened = counted(lambda: till.post("tabs/", {"label": "Table 4"}, key="open"))
    path = f"tabs/{Tab.objects.get().id}/"
    lines = [
        counted(lambda body=body: till.post(f"{path}lines/", body, key=body["item"]))
        for body in bodies
    ]
    closed = counted(
        lambda: till.post(f"{path}closure/", {"email": "donal@example.org"}, key="close")
    )

    assert Tab.objects.get().total_minor == 1150
    assert (opened <= 6, max(lines) <= 9) == (True, True), (opened, lines)
    assert closed <= 16, "Two of them put a guest on file who was never here."


@pytest.mark.parametrize("place", ["{}", "{}lines/", "{}closure/"])
def test_a_stranger_finds_no_tab(elsewhere, tab, items, place):
    path = place.format(f"tabs/{tab.id}/")
    body = {"item": str(items[0].id)} if "lines" in place else {}

    answer = elsewhere.get(path) if place == "{}" else elsewhere.post(path, body, key="k")

    assert answer.status_code == 404
    before, after = tab, Tab.objects.get(id=tab.id)
    assert (after.status, after.version) == (before.status, before.version)
