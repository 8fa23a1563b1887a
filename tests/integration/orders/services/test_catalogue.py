from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from config.kernel.money import MAX_MINOR, Money
from orders.models import CatalogueItem, Category, Modifier, ModifierGroup
from orders.rules.texts import TextTooLong
from orders.selectors import catalogue as menus
from orders.services import catalogue, venues
from orders.services.catalogue import (
    ChoicesImpossible,
    ItemDetails,
    NameMissing,
    NameTaken,
    NewChoice,
    OtherVenue,
    PriceUnclear,
)
from tests import factories
from tests.conftest import EVENING


@pytest.fixture
def bakes(larkspur):
    return catalogue.add_category(venue=larkspur, name="Bakes")


@pytest.fixture
def bun(bakes, vat):
    """A cinnamon bun as people would enter it."""
    return ItemDetails(
        name=" Cinnamon  bun ",
        price=Money(390, "EUR"),
        category=bakes,
        tax_rate=vat,
        duration_minutes=5,
        expected_result="Warm.\n\nSoft.",
        limits="Not vegan.",
    )


def test_an_item_is_sold_as_entered(larkspur, bun, milk):
    item = catalogue.create_item(venue=larkspur, details=replace(bun, groups=[milk]), now=EVENING)

    item.refresh_from_db()
    assert (item.name, item.price, item.tax_rate) == (
        "Cinnamon bun",
        Money(390, "EUR"),
        bun.tax_rate,
    )
    assert (item.duration_minutes, item.expected_result) == (5, "Warm.\n\nSoft.")
    assert list(item.modifier_groups.all()) == [milk]
    assert item.is_available


def test_an_item_can_be_changed(larkspur, bun, milk):
    item = catalogue.create_item(venue=larkspur, details=replace(bun, groups=[milk]), now=EVENING)

    catalogue.update_item(
        item=item,
        details=replace(bun, name="Bun", price=Money(400, "EUR"), tax_rate=None),
        now=EVENING,
    )

    item.refresh_from_db()
    assert (item.name, item.price_minor, item.tax_rate) == ("Bun", 400, None)
    assert item.modifier_groups.count() == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "  "}, NameMissing),
        ({"name": "x" * 81}, TextTooLong),
        ({"limits": "x" * 2001}, TextTooLong),
        ({"price": Money(-1, "EUR")}, PriceUnclear),
        ({"price": Money(MAX_MINOR + 1, "EUR")}, PriceUnclear),
        ({"price": Money(390, "KRW")}, PriceUnclear),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(*, larkspur, bun, change, refusal):
    with pytest.raises(refusal):
        catalogue.create_item(venue=larkspur, details=replace(bun, **change), now=EVENING)

    assert CatalogueItem.objects.count() == 0


def test_dinars_are_priced_in_whole_steps(northfold):
    with pytest.raises(PriceUnclear):
        factories.make_item(northfold, "Call", 1255)


def test_parts_of_another_venue_are_refused(larkspur, odile, bun):
    tax = venues.add_tax_rate(venue=odile, name="VAT", rate=Decimal(10))
    group = factories.make_group(odile, "Length", [("Short", 0)])
    section = catalogue.add_category(venue=odile, name="Cut")

    for change in ({"tax_rate": tax}, {"groups": [group]}, {"category": section}):
        with pytest.raises(OtherVenue):
            catalogue.create_item(venue=larkspur, details=replace(bun, **change), now=EVENING)


def test_a_name_is_taken_once_until_its_item_retires(larkspur, bun):
    item = catalogue.create_item(venue=larkspur, details=bun, now=EVENING)
    with pytest.raises(NameTaken, match="Cinnamon"):
        catalogue.create_item(venue=larkspur, details=bun, now=EVENING)

    catalogue.retire_item(item_id=item.id, venue=larkspur, now=EVENING)

    assert catalogue.create_item(venue=larkspur, details=bun, now=EVENING) != item


def test_sections_have_names_of_their_own(larkspur, odile, bakes):
    lunch = catalogue.add_category(venue=larkspur, name="Lunch")

    assert (bakes.position, lunch.position) == (0, 1)
    assert catalogue.rename_category(category=lunch, name=" Brunch ").name == "Brunch"
    assert catalogue.add_category(venue=odile, name="Bakes").position == 0
    with pytest.raises(NameTaken):
        catalogue.add_category(venue=larkspur, name="Bakes")
    with pytest.raises(NameTaken):
        catalogue.rename_category(category=lunch, name="Bakes")
    with pytest.raises(NameMissing):
        catalogue.add_category(venue=larkspur, name=" ")
    assert Category.objects.filter(venue=larkspur).count() == 2


def choices(*deltas):
    return [
        NewChoice(name=f"Choice {index}", delta=Money(delta, "EUR"), is_default=index == 0)
        for index, delta in enumerate(deltas)
    ]


def test_a_group_is_made_with_its_choices(larkspur):
    group = catalogue.create_group(
        venue=larkspur, name="Size", choices=choices(0, 60, -20), least=1
    )

    assert (group.min_choices, group.max_choices, group.takes_one) == (1, 1, True)
    assert list(
        group.modifiers.order_by("position").values_list("price_delta_minor", "is_default")
    ) == [(0, True), (60, False), (-20, False)]


@pytest.mark.parametrize(
    ("count", "least", "most"), [(2, 3, 3), (2, -1, 1), (2, 0, 0), (0, 1, 1), (3, 2, 1)]
)
def test_choices_that_nobody_could_make_are_refused(*, larkspur, count, least, most):
    with pytest.raises(ChoicesImpossible):
        catalogue.create_group(
            venue=larkspur, name="Size", choices=choices(*[0] * count), least=least, most=most
        )


def test_a_group_is_made_whole_or_not_at_all(larkspur):
    with pytest.raises(PriceUnclear):
        catalogue.create_group(venue=larkspur, name="Size", choices=choices(0, MAX_MINOR + 1))

    assert ModifierGroup.objects.count() == Modifier.objects.count() == 0


def test_things_are_sold_out_and_come_back(larkspur, odile, ada, scone, milk):
    oat = milk.modifiers.get(name="Oat")
    for is_available in (False, True):
        catalogue.set_available(item_id=scone.id, venue=larkspur, is_available=is_available, by=ada)
        catalogue.set_modifier_available(
            modifier_id=oat.id, venue=larkspur, is_available=is_available, by=ada
        )
        scone.refresh_from_db()
        oat.refresh_from_db()
        assert scone.is_available is oat.is_available is is_available

    with pytest.raises(CatalogueItem.DoesNotExist):
        catalogue.set_available(item_id=scone.id, venue=odile, is_available=False, by=ada)
    with pytest.raises(Modifier.DoesNotExist):
        catalogue.set_modifier_available(
            modifier_id=oat.id, venue=odile, is_available=False, by=ada
        )


def test_the_menu_shows_what_is_on_sale_in_order(larkspur, flat_white, scone):
    catalogue.add_category(venue=larkspur, name="Nothing yet")
    retired = factories.make_item(larkspur, "Old cake", 100, section="Bakes")
    catalogue.retire_item(item_id=retired.id, venue=larkspur, now=EVENING)

    menu = menus.get_menu(venue=larkspur)

    assert [
        (section.category.name, [each.item.name for each in section.items])
        for section in menu.sections
    ] == [("Coffee", ["Flat white"]), ("Bakes", ["Scone with jam"])]
    coffee = menu.sections[0].items[0]
    assert (coffee.price, coffee.must_choose) == (Money(380, "EUR"), True)
    assert [group.group.name for group in coffee.groups] == ["Size", "Milk", "Extras"]
    assert [choice.delta.minor for choice in coffee.groups[2].choices] == [80, 40, -20]
    assert not menu.sections[1].items[0].must_choose


@pytest.mark.parametrize("count", [1, 3])
def test_a_menu_of_any_length_is_read_in_three_statements(
    *, larkspur, milk, vat, django_assert_num_queries, count
):
    for number in range(count):
        factories.make_item(larkspur, f"Tea {number}", 300, tax=vat, groups=[milk])

    with django_assert_num_queries(3):
        menu = menus.get_menu(venue=larkspur)
        for section in menu.sections:
            for each in section.items:
                assert str(each.item.tax_rate) == "VAT 13.5 %"
                assert each.item.price == each.price


def test_one_item_is_found_at_its_own_venue(larkspur, odile, scone):
    found = menus.find_item(venue=larkspur, item_id=scone.id)
    assert found is not None
    assert found.item == scone
    assert menus.find_item(venue=odile, item_id=scone.id) is None
