"""Who keeps the menu, and its items: added, changed, taken off."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import CatalogueItem
from orders.services import catalogue
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.catalogue_page import at, item_form

PAGES = ["edit", "item_new", "retired", "sections", "groups", "group_new", "files"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("ada", 403), ("niamh", 200), ("olga", 200), ("mallory", 404), ("stranger", 404), (None, 302)],
)
def test_managers_keep_the_menu_and_nobody_else(client, request, larkspur, name, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))

    assert client.get(at(name)).status_code == status


@pytest.mark.parametrize("who", ["ada", "mallory"])
def test_nobody_else_changes_anything(client, request, larkspur, flat_white, who):
    client.force_login(request.getfixturevalue(who))
    group = flat_white.modifier_groups.get(name="Size")
    addresses = [
        at("item", flat_white.id), at("item_place", flat_white.id), at("item_new"),
        at("item_retirement", flat_white.id), at("item_return", flat_white.id), at("sections"),
        at("section", flat_white.category_id), at("section_place", flat_white.category_id),
        at("section_removal", flat_white.category_id), at("group_new"), at("group", group.pk),
        at("group_place", group.pk), at("group_removal", group.pk), at("files"),
    ]  # fmt: skip

    statuses = {
        client.post(address, {"name": "Mine", "price": "1"}).status_code for address in addresses
    }

    assert statuses == {403 if who == "ada" else 404}
    flat_white.refresh_from_db()
    assert (flat_white.name, flat_white.retired_at) == ("Flat white", None)


def test_another_venues_things_are_not_there(manager, odile):
    item = factories.make_item(odile, "Cut", 45_000)
    group = factories.make_group(odile, "Wash", [("Yes", 0)])

    for address in [at("item", item.id), at("section", item.category_id), at("group", group.pk)]:
        assert manager.get(address).status_code == 404
        assert manager.post(address, {"name": "Mine"}).status_code == 404
    for name in ["item_place", "item_retirement", "item_return"]:
        assert manager.post(at(name, item.id)).status_code == 404
    item.refresh_from_db()
    assert (item.name, item.retired_at) == ("Cut", None)


def test_another_venues_parts_cannot_be_slipped_in(manager, scone, odile):
    foreign = factories.make_item(odile, "Cut", 45_000)
    group = factories.make_group(odile, "Wash", [("Yes", 0)])

    answer = manager.post(
        at("item", scone.id),
        item_form(scone, category=foreign.category_id, groups=[group.pk]),
    )

    assert answer.status_code == 422
    assert {"category", "groups"} == set(answer.context["form"].errors)


def test_the_menu_is_shown_section_by_section(manager, larkspur, flat_white, scone):
    first = manager.get(at("edit")).content.decode()
    second = manager.get(f"{at('edit')}?section={scone.category_id}").content.decode()

    assert "Flat white" in first
    assert "Scone with jam" not in first
    assert "Size, Milk, Extras" in first
    assert "Scone with jam" in second


@pytest.mark.parametrize("section", ["0", "-1", "x", "٣", "9" * 30, ""])
def test_a_section_that_is_not_there_is_answered_with_the_first(manager, flat_white, section):
    answer = manager.get(at("edit"), {"section": section})

    assert answer.context["shelf"].section == flat_white.category


def test_an_empty_menu_says_how_to_begin(manager, larkspur):
    assert at("files") in manager.get(at("edit")).content.decode()


def test_something_new_is_sold(manager, larkspur, scone, vat, milk):
    answer = manager.post(
        at("item_new"),
        item_form(
            scone, name="Tart", price="5,20", groups=[milk.pk],
            duration_minutes="5", expected_result="Warm.", limits="No cream.",
        ),
    )  # fmt: skip

    made = larkspur.catalogue.get(name="Tart")
    assert answer.status_code == 303
    assert answer["Location"] == f"{at('edit')}?section={scone.category_id}#item-{made.id}"
    assert (made.price_minor, made.tax_rate, made.duration_minutes) == (520, vat, 5)
    assert list(made.modifier_groups.all()) == [milk]
    assert made.position > scone.position


def test_an_item_is_sold_under_other_details(manager, scone):
    page = manager.get(at("item", scone.id)).content.decode()
    answer = manager.post(
        at("item", scone.id), item_form(scone, name="Scone", price="3.50", tax="")
    )

    scone.refresh_from_db()
    assert 'value="3.20"' in page
    assert answer.status_code == 303
    assert (scone.name, scone.price_minor, scone.tax_rate) == ("Scone", 350, None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "\u200b\u0000"}, "name"),
        ({"price": ""}, "price"),
        ({"price": "3.205"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1e99"}, "price"),
        ({"category": ""}, "category"),
        ({"category": "999999"}, "category"),
        ({"tax": "999999"}, "tax"),
        ({"groups": ["x"]}, "groups"),
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "9" * 40}, "duration_minutes"),
        ({"limits": "x" * 2001}, "limits"),
    ],
)
def test_bad_input_comes_back_with_its_reason(manager, scone, typed, field):
    answer = manager.post(at("item", scone.id), item_form(scone, **typed))

    scone.refresh_from_db()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (scone.name, scone.price_minor) == ("Scone with jam", 320)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "name"), ({}, "name"), ({"name": "Tart", "price": "x"}, "price")],
)
def test_something_new_that_makes_no_sense_is_not_sold(manager, larkspur, scone, typed, field):
    answer = manager.post(at("item_new"), item_form(scone, **typed))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert larkspur.catalogue.count() == 1


def test_a_name_that_is_taken_is_refused_where_it_was_typed(manager, larkspur, scone):
    other = factories.make_item(larkspur, "Tart", 520, section="Bakes")

    answer = manager.post(at("item", other.id), item_form(other, name="Scone with jam"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["name"] == ["There is already one called Scone with jam."]
    assert "<h1>Tart</h1>" in answer.content.decode()


def test_what_is_typed_stands_on_the_page_as_text(manager, scone):
    manager.post(at("item", scone.id), item_form(scone, name="<script>x</script>"))

    page = manager.get(f"{at('edit')}?section={scone.category_id}").content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_an_item_moves_a_place_at_a_time(manager, larkspur):
    for name in ["One", "Two", "Three"]:
        factories.make_item(larkspur, name, 100)
    CatalogueItem.objects.update(position=0)  # As after an import from elsewhere: nobody said.
    two = larkspur.catalogue.get(name="Two")

    def order():
        return [item.name for item in larkspur.catalogue.order_by("position", "name")]

    orders = [order()]
    for way in ["up", "up", "up", "down"]:
        manager.post(at("item_place", two.id), {"way": way})
        orders.append(order())

    assert orders == [
        ["One", "Three", "Two"],
        ["One", "Two", "Three"],
        ["Two", "One", "Three"],
        ["Two", "One", "Three"],
        ["One", "Two", "Three"],
    ]


def test_an_item_is_retired_and_brought_back(manager, larkspur, scone):
    manager.post(at("item_retirement", scone.id))
    gone = manager.get(at("retired")).content.decode()
    assert manager.get(at("item", scone.id)).status_code == 404
    assert manager.post(at("item_retirement", scone.id)).status_code == 404

    manager.post(at("item_return", scone.id))

    scone.refresh_from_db()
    assert "Scone with jam" in gone
    assert scone.retired_at is None


def test_an_item_does_not_come_back_beside_its_successor(manager, larkspur, scone):
    catalogue.retire_item(item_id=scone.id, venue=larkspur, now=EVENING)
    factories.make_item(larkspur, "Scone with jam", 350, section="Bakes")

    answer = manager.post(at("item_return", scone.id), follow=True)

    assert "There is already one called Scone with jam." in answer.content.decode()
    assert larkspur.catalogue.on_sale().count() == 1


@pytest.mark.parametrize("name", ["edit", "sections", "groups", "retired"])
def test_ten_items_take_as_many_statements_as_one(manager, larkspur, vat, name):
    manager.get(at(name))  # The session is renewed once.
    counts = []
    for wanted in (1, 10):
        for count in range(larkspur.catalogue.count(), wanted):
            group = factories.make_group(larkspur, f"Size {count}", [("Small", 0)])
            factories.make_item(larkspur, f"Cup {count}", 100, tax=vat, groups=[group])
            retired = factories.make_item(larkspur, f"Old {count}", 100, tax=vat)
            catalogue.retire_item(item_id=retired.id, venue=larkspur, now=EVENING)
        with CaptureQueriesContext(connection) as statements:
            manager.get(at(name))
        counts.append(len(statements))

    assert counts[0] == counts[1]
