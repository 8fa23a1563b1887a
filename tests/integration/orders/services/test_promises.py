from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.money import Money
from orders.models import CatalogueItem, ItemPromise
from orders.models.history import HistoryIsAppendOnly
from orders.rules.promises import digest_of
from orders.services import catalogue, catalogue_import
from orders.services.catalogue import ItemDetails
from tests.conftest import EVENING

LATER = EVENING + timedelta(days=1)


@pytest.fixture
def wording(treatment):
    """The treatment as somebody enters it."""
    return ItemDetails(
        name=treatment.name,
        price=treatment.price,
        category=treatment.category,
        duration_minutes=treatment.duration_minutes,
        expected_result=treatment.expected_result,
        limits=treatment.limits,
    )


def versions(item):
    rows = ItemPromise.objects.filter(item=item).order_by("number")
    return [(row.number, row.limits) for row in rows]


def in_force(item):
    promise = CatalogueItem.objects.get(id=item.id).promise
    return promise and promise.number


def test_a_new_item_has_the_first_version_of_its_wording(treatment):
    promise = treatment.promise

    assert (promise.number, promise.created_at, promise.created_by) == (1, EVENING, None)
    assert (promise.duration_minutes, promise.limits) == (40, "It won’t mend split ends.")
    assert promise.digest == digest_of(
        duration_minutes=40, expected_result=promise.expected_result, limits=promise.limits
    )


def test_an_item_that_says_nothing_promises_nothing(scone):
    assert scone.promise is None
    assert ItemPromise.objects.count() == 0


def test_another_wording_is_another_version_and_the_first_one_stays(treatment, wording, sora):
    changed = replace(wording, limits="It won’t change the colour.")

    catalogue.update_item(item=treatment, details=changed, by=sora, now=LATER)

    assert versions(treatment) == [
        (1, "It won’t mend split ends."),
        (2, "It won’t change the colour."),
    ]
    newest = CatalogueItem.objects.get(id=treatment.id).promise
    assert (newest.number, newest.created_by, newest.created_at) == (2, sora, LATER)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "Bond"},
        {"price": Money(60_000, "KRW")},
        {"limits": " It won’t mend split ends.\n"},
    ],
    ids=["nothing", "name", "price", "spaces"],
)
def test_the_same_wording_is_the_same_version(treatment, wording, change):
    catalogue.update_item(item=treatment, details=replace(wording, **change), now=LATER)

    assert versions(treatment) == [(1, "It won’t mend split ends.")]
    assert in_force(treatment) == 1


def test_a_wording_taken_away_and_brought_back_is_the_version_it_was(treatment, wording):
    nothing = replace(wording, expected_result="", limits="")
    catalogue.update_item(item=treatment, details=nothing, now=LATER)
    without = in_force(treatment)

    catalogue.update_item(item=treatment, details=wording, now=LATER)

    assert without is None
    assert in_force(treatment) == 1
    assert len(versions(treatment)) == 1


def test_a_version_is_never_changed(treatment):
    promise = treatment.promise

    with pytest.raises(HistoryIsAppendOnly):
        promise.save()
    with pytest.raises(HistoryIsAppendOnly):
        ItemPromise.objects.update(limits="Anything")
    with pytest.raises(HistoryIsAppendOnly):
        ItemPromise.objects.all().delete()


def bring_in(venue, limits, *, price="55000", names=("Bond treatment",)):
    rows = "".join(f"Menu,{name},{price},40,Stronger.,{limits}\n" for name in names)
    data = f"category,name,price,duration_minutes,expected_result,limits\n{rows}".encode()
    catalogue_import.import_file(
        venue=venue, data=data, skip_bad=False, now=LATER, tell=catalogue_import.say_nothing
    )


def test_a_file_makes_versions_only_where_it_changes_a_wording(odile):
    for limits, price in (("Not one.", "55000"), ("Not one.", "56000"), ("Not two.", "56000")):
        bring_in(odile, limits, price=price)

    item = odile.catalogue.get()
    assert versions(item) == [(1, "Not one."), (2, "Not two.")]
    assert in_force(item) == 2


def test_a_file_costs_as_many_statements_for_one_wording_as_for_many(odile):
    counts = []
    for names in (["A"], [f"B{number}" for number in range(9)]):
        with CaptureQueriesContext(connection) as asked:
            bring_in(odile, "Not for ever.", names=names)
        counts.append(len(asked))

    assert ItemPromise.objects.count() == 10
    assert counts[0] == counts[1] + 1  # The first file made the section, too.


def test_what_stood_on_menus_before_becomes_their_first_version(treatment, scone):
    step = import_module("orders.migrations.0013_first_wordings")
    first = treatment.promise
    CatalogueItem.objects.update(promise=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_itempromise")

    step.write(apps, None)

    found = CatalogueItem.objects.get(id=treatment.id).promise
    assert (found.number, found.digest, found.limits) == (1, first.digest, first.limits)
    assert ItemPromise.objects.get() == found
