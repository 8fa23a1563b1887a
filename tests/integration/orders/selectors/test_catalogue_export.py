"""A menu as a file: it comes back as it was, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.money import Money
from orders.rules.catalogue_files import FileKind
from orders.selectors import catalogue_export
from orders.services import catalogue, catalogue_import
from orders.services.catalogue import ItemDetails
from tests import factories
from tests.factories import EVENING

KINDS = [FileKind.PLAIN, FileKind.SQUARE]


def export(venue, kind):
    return "".join(catalogue_export.stream_catalogue(venue=venue, kind=kind))


def table(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_plain_file_says_everything_about_an_item(larkspur, flat_white):
    details = ItemDetails(
        name="Flat white", price=Money(380, "EUR"), category=flat_white.category,
        tax_rate=flat_white.tax_rate, groups=list(flat_white.modifier_groups.all())[:2],
        duration_minutes=5, expected_result="Silky.\nWarm.", limits="Not decaf.",
    )  # fmt: skip
    catalogue.update_item(item=flat_white, details=details, now=EVENING)

    [header, row] = table(export(larkspur, FileKind.PLAIN))

    assert dict(zip(header, row, strict=True)) == {
        "category": "Coffee",
        "name": "Flat white",
        "price": "3.80",
        "tax": "VAT 13.5 %",
        "choices": "Size | Milk",
        "available": "yes",
        "duration_minutes": "5",
        "expected_result": "Silky.\nWarm.",
        "limits": "Not decaf.",
    }


def test_the_square_file_has_a_column_for_each_tax_and_set(larkspur, flat_white, scone):
    [header, first, second] = table(export(larkspur, FileKind.SQUARE))

    columns = ["Tax - VAT (13.5%)", "Modifier Set - Size", "Modifier Set - Milk"]
    ticks = [
        [row[header.index(column)] for column in ["Item Name", "Variation Name", *columns]]
        for row in (first, second)
    ]
    assert ticks == [
        ["Flat white", "Regular", "Y", "Y", "Y"],
        ["Scone with jam", "Regular", "Y", "N", "N"],
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    ["=1+1", " @SUM(A1)", "'-2", "-20 % cake", "Soup, red", 'A "real" egg', "\u00a0+3", "Café"],
)
def test_what_is_exported_comes_back_as_it_was(larkspur, vat, milk, kind, name):
    group = factories.make_group(larkspur, "Hot|cold", [("Hot", 0)])
    factories.make_item(larkspur, name, 380, section="=Tea", tax=vat, groups=[milk, group])
    data = export(larkspur, kind).encode()

    outcome = catalogue_import.import_file(
        venue=larkspur, data=data, skip_bad=False, now=EVENING, tell=catalogue_import.say_nothing
    )

    assert (outcome.created, outcome.changed, outcome.same) == (0, 0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_prices_have_the_decimals_of_their_currency(odile, northfold, kind):
    factories.make_item(odile, "Cut", 45_000)
    factories.make_item(northfold, "Hour", 45_000)

    prices = []
    for venue in (odile, northfold):
        [header, row] = table(export(venue, kind))
        prices.append(dict(zip(map(str.lower, header), row, strict=True))["price"])

    assert prices == ["45000", "45.000"]


def test_what_is_retired_is_no_longer_there(larkspur, scone, flat_white):
    catalogue.retire_item(item_id=scone.id, venue=larkspur, now=EVENING)

    assert [row[1] for row in table(export(larkspur, FileKind.PLAIN))[1:]] == ["Flat white"]


@pytest.mark.parametrize("kind", KINDS)
def test_ten_items_take_as_many_statements_as_one(larkspur, vat, milk, kind):
    counts = []
    for wanted in (1, 10):
        for count in range(larkspur.catalogue.count(), wanted):
            factories.make_item(larkspur, f"Cup {count}", 100, tax=vat, groups=[milk])
        with CaptureQueriesContext(connection) as statements:
            export(larkspur, kind)
        counts.append(len(statements))

    assert counts[0] == counts[1]
