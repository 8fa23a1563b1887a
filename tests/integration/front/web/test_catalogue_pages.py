"""Managers keep their menu on pages that work without JavaScript; others stay outside."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import CatalogueItem, ModifierGroup
from orders.services import catalogue
from tests import factories
from tests.conftest import EVENING


def at(name, *args, venue="larkspur-coffee"):
    return reverse(f"catalogue:{name}", args=[venue, *args])


@pytest.fixture
def manager(client, niamh):
    client.force_login(niamh)
    return client


def item_form(item, **changes):
    typed = {
        "name": item.name,
        "price": "3.20",
        "category": item.category_id,
        "tax": item.tax_rate_id or "",
        "groups": [group.pk for group in item.modifier_groups.all()],
    }
    return typed | changes


def group_form(*choices, **changes):
    typed = {"name": "Size", "least": 1, "most": 1, "choices-INITIAL_FORMS": 0}
    typed["choices-TOTAL_FORMS"] = len(choices)
    for number, choice in enumerate(choices):
        for column, value in choice.items():
            typed[f"choices-{number}-{column}"] = value
    return typed | changes


# --- Who may come in ------------------------------------------------------------------------------
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


# --- Items ----------------------------------------------------------------------------------------
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


# --- Sections -------------------------------------------------------------------------------------
def test_a_section_is_added_renamed_moved_and_removed(manager, larkspur, scone):
    manager.post(at("sections"), {"name": " Hot  drinks "})
    made = larkspur.categories.get(name="Hot drinks")
    manager.post(at("section_place", made.pk), {"way": "up"})
    manager.post(at("section", made.pk), {"name": "Drinks"})

    names = [section.name for section in larkspur.categories.order_by("position")]
    assert names == ["Drinks", "Bakes"]

    manager.post(at("section_removal", made.pk))
    assert [section.name for section in larkspur.categories.all()] == ["Bakes"]


def test_a_section_that_held_something_stays(manager, larkspur, scone):
    catalogue.retire_item(item_id=scone.id, venue=larkspur, now=EVENING)

    answer = manager.post(at("section_removal", scone.category_id), follow=True)

    assert "Rename it instead." in answer.content.decode()
    assert larkspur.categories.count() == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "Bakes"])
def test_a_section_needs_a_name_of_its_own(manager, larkspur, scone, name):
    answer = manager.post(at("sections"), {"name": name})

    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    assert larkspur.categories.count() == 1


@pytest.mark.parametrize("name", ["", "x" * 61, "Coffee"])
def test_a_section_is_not_renamed_to_what_is_no_name_of_its_own(manager, flat_white, scone, name):
    page = manager.get(at("section", scone.category_id)).content.decode()
    answer = manager.post(at("section", scone.category_id), {"name": name})

    scone.category.refresh_from_db()
    assert 'value="Bakes"' in page
    assert answer.status_code == 422
    assert "<h1>Bakes</h1>" in answer.content.decode()
    assert scone.category.name == "Bakes"


# --- Choices --------------------------------------------------------------------------------------
def test_a_choice_is_added_with_its_rows(manager, larkspur):
    answer = manager.post(
        at("group_new"),
        group_form(
            {"name": "Small", "delta": "−0.20", "is_available": "on"},
            {"name": "", "delta": "", "is_available": "on"},
            {"name": "Large", "delta": "+0,60", "is_default": "on", "is_available": "on"},
        ),
    )

    group = larkspur.modifier_groups.get()
    rows = group.modifiers.order_by("position").values_list(
        "name", "price_delta_minor", "is_default"
    )
    assert answer.status_code == 303
    assert list(rows) == [("Small", -20, False), ("Large", 60, True)]


def test_a_choice_is_changed_and_its_rows_keep_who_they_are(manager, size):
    small, large = size.modifiers.order_by("position")

    manager.post(
        at("group", size.pk),
        group_form(
            {"id": large.id, "name": "Big", "delta": "0.70"},
            {"name": "Huge", "delta": "1", "is_available": "on"},
            name="How big",
        ),
    )

    size.refresh_from_db()
    rows = size.modifiers.order_by("position").values_list(
        "name", "price_delta_minor", "is_available"
    )
    assert size.name == "How big"
    assert list(rows) == [("Big", 70, False), ("Huge", 100, True)]
    assert size.modifiers.filter(id=large.id).exists()
    assert not size.modifiers.filter(id=small.id).exists()


def test_a_choice_of_another_group_cannot_be_taken_over(manager, size, milk):
    oat = milk.modifiers.get(name="Oat")

    manager.post(at("group", size.pk), group_form({"id": oat.id, "name": "Mine", "delta": "9"}))

    oat.refresh_from_db()
    assert (oat.group, oat.name, oat.price_delta_minor) == (milk, "Oat", 50)


def test_rows_are_moved_before_anything_is_saved(manager, size):
    rows = [{"name": "Regular"}, {"name": "Large"}]

    answer = manager.post(at("group", size.pk), group_form(*rows) | {"up": "1"})

    assert answer.status_code == 200
    assert [row["name"].value() for row in answer.context["rows"]] == ["Large", "Regular"]
    assert size.modifiers.order_by("position").first().name == "Regular"


@pytest.mark.parametrize("pressed", [{"up": "0"}, {"down": "1"}, {"up": "99"}, {"down": "99"}])
def test_a_row_at_the_end_stays_there(manager, size, pressed):
    rows = [{"name": "Regular"}, {"name": "Large"}]

    answer = manager.post(at("group", size.pk), group_form(*rows) | pressed)

    assert [row["name"].value() for row in answer.context["rows"]] == ["Regular", "Large"]


def test_more_cannot_be_chosen_beforehand_than_at_all(manager, size):
    rows = [{"name": name, "is_default": "on"} for name in ["Regular", "Large"]]

    answer = manager.post(at("group", size.pk), group_form(*rows))

    assert answer.status_code == 422
    assert "More are chosen beforehand" in answer.content.decode()


def test_the_form_of_a_choice_shows_what_it_is(manager, extras):
    page = manager.get(at("group", extras.pk)).content.decode()

    assert 'value="Extra shot"' in page
    assert 'value="-0.20"' in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "milk"}, "name"),
        ({"least": "3"}, "most"),
        ({"most": "0"}, "most"),
        ({"least": "-1"}, "least"),
        ({"least": "x"}, "least"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(manager, size, milk, typed, field):
    answer = manager.post(
        at("group", size.pk), group_form({"name": "A", "delta": "0"}, {"name": "B"}, **typed)
    )

    size.refresh_from_db()
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert (size.name, size.modifiers.count()) == ("Size", 2)


@pytest.mark.parametrize(
    "row", [{"name": "A", "delta": "dear"}, {"name": "x" * 61}, {"id": "x", "name": "A"}]
)
def test_a_row_that_makes_no_sense_is_refused(manager, size, row):
    answer = manager.post(at("group", size.pk), group_form(row))

    assert answer.status_code == 422
    assert size.modifiers.count() == 2


def test_more_rows_than_there_may_be_are_refused(manager, size):
    answer = manager.post(at("group", size.pk), group_form(*[{"name": f"C{n}"} for n in range(60)]))

    assert answer.status_code == 422
    assert size.modifiers.count() == 2


def test_a_form_without_its_rows_is_refused(manager, size):
    answer = manager.post(at("group", size.pk), {"name": "Size", "least": 0, "most": 1})

    assert answer.status_code == 422
    assert size.modifiers.count() == 2


def test_a_choice_nobody_asks_for_is_removed(manager, larkspur, flat_white, size):
    refused = manager.post(at("group_removal", size.pk), follow=True).content.decode()
    catalogue.retire_item(item_id=flat_white.id, venue=larkspur, now=EVENING)
    manager.post(at("group_removal", size.pk))

    assert "Items still ask for this." in refused
    assert not ModifierGroup.objects.filter(pk=size.pk).exists()


def test_choices_are_asked_in_their_order(manager, larkspur, size, milk):
    manager.post(at("group_place", milk.pk), {"way": "up"})

    assert [group.name for group in larkspur.modifier_groups.order_by("position")] == [
        "Milk",
        "Size",
    ]


def test_staff_find_no_way_to_the_editing_pages(client, ada, niamh, scone):
    pages = {}
    for person in (ada, niamh):
        client.force_login(person)
        pages[person.name] = client.get(at("list")).content.decode()

    assert at("edit") not in pages["Ada"]
    assert at("edit") in pages["Niamh"]
