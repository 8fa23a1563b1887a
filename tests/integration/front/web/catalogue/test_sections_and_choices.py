"""Sections of the menu, and the choices its items have."""

from __future__ import annotations

import pytest

from orders.models import ModifierGroup
from orders.services import catalogue
from tests.conftest import EVENING
from tests.integration.front.web.catalogue_page import at, group_form


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
