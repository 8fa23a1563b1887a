"""Calls about a venue's own things: its terms, its menu, and its guests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.money import Money
from orders.models import Customer
from orders.services import catalogue, terms
from tests.factories import EVENING, make_item, make_tab

pytestmark = pytest.mark.django_db


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def results(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


# --- Venues --------------------------------------------------------------------------------------
def test_a_key_sees_its_venue_with_the_terms_in_force(till, larkspur):
    terms.add_version(
        venue=larkspur, days_to_pay=3, new_guest_limit=Money(5000, "EUR"),
        regular_limit=Money(15_000, "EUR"), now=EVENING,
    )  # fmt: skip

    assert results(till.get("venues/")) == [
        {
            "id": str(larkspur.id),
            "name": "Larkspur Coffee",
            "slug": "larkspur-coffee",
            "kind": "cafe",
            "currency": "EUR",
            "time_zone": "Europe/Dublin",
            "role": "staff",
            "terms": {
                "version": 2,
                "days_to_pay": 3,
                "new_guest_limit": eur(5000),
                "regular_limit": eur(15_000),
                "auto_settles": False,
                "notice_hours": 24,
            },
        }
    ]


# --- The catalogue -------------------------------------------------------------------------------
def test_an_item_comes_with_everything_there_is_to_choose(till, flat_white):
    item = results(till.get("catalogue/"))[0]

    assert (item["id"], item["name"], item["category"]) == (
        str(flat_white.id), "Flat white", "Coffee",
    )  # fmt: skip
    assert (item["price"], item["tax_rate"]) == (eur(380), {"name": "VAT", "rate": "13.5"})
    groups = {group["name"]: group for group in item["modifiers"]}
    assert [(name, group["min_choices"]) for name, group in groups.items()] == [
        ("Size", 1), ("Milk", 0), ("Extras", 0),
    ]  # fmt: skip
    assert [(each["name"], each["price_delta"]) for each in groups["Extras"]["choices"]] == [
        ("Extra shot", eur(80)), ("Vanilla", eur(40)), ("No foam", eur(-20)),
    ]  # fmt: skip


def test_what_is_retired_is_gone_and_what_is_sold_out_says_so(till, ada, larkspur, scone):
    old = make_item(larkspur, "Old bun", 100)
    catalogue.retire_item(item_id=old.id, venue=larkspur, now=EVENING)
    catalogue.set_available(item_id=scone.id, venue=larkspur, is_available=False, by=ada)

    assert [(each["name"], each["is_available"]) for each in results(till.get("catalogue/"))] == [
        ("Scone with jam", False)
    ]
    assert results(till.get("catalogue/", available="true")) == []
    assert len(results(till.get("catalogue/", available="false"))) == 1


def test_a_menu_takes_as_many_statements_for_many_items_as_for_one(till, larkspur, flat_white):
    till.get("catalogue/")
    with CaptureQueriesContext(connection) as few:
        till.get("catalogue/")
    for number in range(4):
        make_item(larkspur, f"Bun {number}", 100, groups=list(flat_white.modifier_groups.all()))
    with CaptureQueriesContext(connection) as many:
        till.get("catalogue/")

    assert (len(few), len(many)) == (4, 4)


@pytest.mark.parametrize("query", [{"available": "yes"}, {"colour": "red"}, {"venue": "a b"}])
def test_an_odd_filter_is_refused(till, query):
    answer = till.get("catalogue/", **query)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, list(query))


# --- Guests --------------------------------------------------------------------------------------
@pytest.fixture
def people(till):
    """Grace has an address, Donal a number."""
    grace = till.post("customers/", {"name": "Grace", "email": "Grace@Example.org"}).json()
    donal = till.post("customers/", {"name": "Donal", "phone": "(085) 123-4567"}).json()
    return {"Grace": grace, "Donal": donal}


def test_a_guest_is_put_on_file_tidily(people):
    assert (people["Grace"]["email"], people["Donal"]["phone"]) == (
        "grace@example.org", "+353851234567",
    )  # fmt: skip


def test_somebody_on_file_is_found_instead_of_made_again(till, people):
    again = till.post("customers/", {"name": "G.", "email": "GRACE@example.org"})

    assert (again.status_code, again.json()) == (200, people["Grace"])
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Donal", "Grace"]),
        ({"email": "grace@EXAMPLE.org"}, ["Grace"]),
        ({"phone": "085 1234567"}, ["Donal"]),
        ({"q": "gra"}, ["Grace"]),
        ({"q": "123"}, ["Donal"]),
        ({"email": "grace@example.org", "phone": "0851234567"}, []),
    ],
)
def test_guests_are_found(till, people, query, names):
    Customer.objects.filter(name="Grace").update(created_at=EVENING)
    Customer.objects.filter(name="Donal").update(created_at=EVENING + timedelta(days=1))

    assert [each["name"] for each in results(till.get("customers/", **query))] == names


def test_whoever_has_settled_here_is_a_regular(till, larkspur, ada, scone, people):
    tab = make_tab(larkspur, ada, scone, email="grace@example.org")
    till.post(f"tabs/{tab.id}/closure/")
    till.post(f"tabs/{tab.id}/counter-payments/", {"method": "cash", "amount": eur(320)}, key="k")

    standings = {each["name"]: each["standing"] for each in results(till.get("customers/"))}

    assert standings == {
        "Grace": {"is_regular": True, "limit": eur(12_000)},
        "Donal": {"is_regular": False, "limit": eur(4_000)},
    }


def test_guests_of_another_venue_are_strangers(till, elsewhere, people):
    theirs = elsewhere.post("customers/", {"email": "grace@example.org"})

    assert (theirs.status_code, theirs.json()["id"] != people["Grace"]["id"]) == (201, True)
    assert len(results(elsewhere.get("customers/"))) == 1
