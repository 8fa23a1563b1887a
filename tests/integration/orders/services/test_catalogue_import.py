"""A whole menu comes in: all of it or nothing, twice like once, quickly when it is large."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.money import Money
from orders.models import CatalogueItem, CatalogueUpload
from orders.rules.csv_files import FileUnreadable
from orders.selectors import catalogue_plans
from orders.services import catalogue, catalogue_import
from orders.services.catalogue import ItemDetails
from orders.services.catalogue_import import MenuChanged, RowsUnusable, UploadGone
from tests import factories
from tests.conftest import EVENING

SQUARE = (Path(__file__).parents[3] / "data" / "square_item_library.csv").read_bytes()
# Of its 170 rows one is archived and one is stock that is not for sale.
ROWS = 168


def bring_in(venue, text, *, skip_bad=False):
    data = text if isinstance(text, bytes) else text.encode()
    told = []
    outcome = catalogue_import.import_file(
        venue=venue,
        data=data,
        skip_bad=skip_bad,
        now=EVENING,
        tell=lambda done, of: told.append((done, of)),
    )
    return outcome, told


def menu_of(venue):
    return {
        (item.category.name, item.name): item
        for item in venue.catalogue.select_related("category", "tax_rate")
    }


def test_a_real_menu_moves_in(larkspur):
    outcome, told = bring_in(larkspur, SQUARE)

    menu = menu_of(larkspur)
    latte = menu["Coffee", "Latte, Large"]
    assert (outcome.created, outcome.skipped, outcome.left_out) == (ROWS, 0, 2)
    assert len(menu) == ROWS
    assert latte.price == Money(450, "EUR")
    assert str(latte.tax_rate) == "VAT 13.5 %"
    assert {group.name for group in latte.modifier_groups.all()} == {"Milk", "Coffee extras"}
    assert menu["Coffee", "Latte"].price == Money(400, "EUR")
    assert menu["To take home", "Gift card"].tax_rate is None
    assert ("Bakes", "Christmas pudding slice") not in menu
    assert told[-1] == (ROWS, ROWS)


def test_sections_and_items_keep_the_order_of_the_file(larkspur):
    bring_in(larkspur, SQUARE)

    sections = [category.name for category in larkspur.categories.order_by("position")]
    first = larkspur.catalogue.filter(category__name="Coffee").order_by("position")[:3]
    assert sections[:3] == ["Coffee", "Filter & iced", "Tea"]
    assert [item.name for item in first] == ["Espresso", "Double espresso", "Ristretto"]


def test_the_same_file_twice_changes_nothing(larkspur):
    bring_in(larkspur, SQUARE)
    before = list(CatalogueItem.objects.order_by("id").values())

    outcome, told = bring_in(larkspur, SQUARE)

    assert (outcome.created, outcome.changed, outcome.same) == (0, 0, ROWS)
    assert told == []
    assert list(CatalogueItem.objects.order_by("id").values()) == before


def test_a_row_changes_the_item_of_its_section_and_name(larkspur, scone, vat):
    outcome, _told = bring_in(
        larkspur, "category,name,price,tax,available\nbakes,SCONE WITH JAM,3.50,VAT 23 %,no\n"
    )

    scone.refresh_from_db()
    assert (outcome.created, outcome.changed) == (0, 1)
    assert (scone.name, scone.price_minor, scone.is_available) == ("SCONE WITH JAM", 350, False)
    assert scone.tax_rate.rate == Decimal(23)
    assert scone.category.name == "Bakes"


def test_what_a_file_does_not_speak_of_stays(larkspur, flat_white):
    details = ItemDetails(
        name="Flat white", price=Money(380, "EUR"), category=flat_white.category,
        tax_rate=flat_white.tax_rate, groups=list(flat_white.modifier_groups.all()),
        duration_minutes=5, expected_result="Silky.", limits="Not decaf.",
    )  # fmt: skip
    catalogue.update_item(item=flat_white, details=details, now=EVENING)

    bring_in(larkspur, "category,name,price\nCoffee,Flat white,4\n")

    flat_white.refresh_from_db()
    assert flat_white.price_minor == 400
    assert str(flat_white.tax_rate) == "VAT 13.5 %"
    assert flat_white.modifier_groups.count() == 3
    assert (flat_white.duration_minutes, flat_white.expected_result) == (5, "Silky.")


def test_an_empty_cell_empties_what_its_column_speaks_of(larkspur, flat_white):
    bring_in(
        larkspur,
        "category,name,price,tax,choices,available\nCoffee,Flat white,3.80,,Milk | Syrup,\n",
    )

    flat_white.refresh_from_db()
    assert flat_white.tax_rate is None
    assert {group.name for group in flat_white.modifier_groups.all()} == {"Milk", "Syrup"}
    assert flat_white.is_available
    assert larkspur.modifier_groups.filter(name="Milk").count() == 1


def test_choices_alone_can_change(larkspur, flat_white):
    outcome, _told = bring_in(
        larkspur, "category,name,price,choices\nCoffee,Flat white,3.80,size\n"
    )

    assert outcome.changed == 1
    assert [group.name for group in flat_white.modifier_groups.all()] == ["Size"]


def test_nothing_changes_while_a_row_is_bad(larkspur):
    with pytest.raises(RowsUnusable) as refusal:
        bring_in(larkspur, "category,name,price\nCoffee,Latte,4\nCoffee,Mocha,dear\n")

    assert str(refusal.value) == "Nothing was changed. Rows that cannot be used: 1."
    assert not larkspur.categories.exists()


def test_bad_rows_are_skipped_when_that_was_chosen(larkspur):
    outcome, _told = bring_in(
        larkspur,
        "category,name,price\nCoffee,Latte,4\nCoffee,Mocha,dear\nCoffee,latte,5\n",
        skip_bad=True,
    )

    assert (outcome.created, outcome.skipped) == (1, 2)
    assert menu_of(larkspur).keys() == {("Coffee", "Latte")}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("9 %", "There is no tax “9 %” yet. Write name and rate: VAT 13.5 %."),
        ("Duty", "There is no tax “Duty” yet. Write name and rate: VAT 13.5 %."),
        ("VAT", "There are several taxes like “VAT”. Write name and rate."),
    ],
)
def test_a_tax_must_be_known_or_said_in_full(larkspur, vat, cell, reason):
    bring_in(larkspur, "category,name,price,tax\nBar,Beer,5,VAT 23 %\n")

    plan = catalogue_plans.get_plan(
        venue=larkspur, data=f"category,name,price,tax\nCoffee,Latte,4,{cell}\n".encode()
    )

    [problem] = plan.problems
    assert (problem.line, problem.column, str(problem.why)) == (2, "tax", reason)


@pytest.mark.parametrize("cell", ["13.5", "13,5 %", "vat 13.50%", "VAT (13.5%)"])
def test_a_tax_is_found_by_what_it_is_called(larkspur, vat, cell):
    bring_in(larkspur, f'category,name,price,tax\nCoffee,Latte,4,"{cell}"\n')

    assert larkspur.catalogue.get().tax_rate == vat
    assert larkspur.tax_rates.count() == 1


def test_a_retired_item_is_not_brought_back_by_a_file(larkspur, scone):
    catalogue.retire_item(item_id=scone.id, venue=larkspur, now=EVENING)

    outcome, _told = bring_in(larkspur, "category,name,price\nBakes,Scone with jam,4\n")

    assert outcome.created == 1
    assert larkspur.catalogue.on_sale().get().price_minor == 400


def test_services_come_in_with_what_is_promised(odile):
    header = "category,name,price,duration_minutes,expected_result,limits\n"
    bring_in(odile, header + "Cuts,Fringe,15000,15,Even.,No colour.\n")
    bring_in(odile, header + "Cuts,Fringe,15000,20,Straight.,\n")

    fringe = odile.catalogue.get()
    assert (fringe.duration_minutes, fringe.expected_result, fringe.limits) == (20, "Straight.", "")


def test_somebody_else_at_the_menu_stops_an_import_as_a_whole(larkspur):
    rows = "".join(f"Shelf,Thing {row},1\n" for row in range(600))

    def sell_the_last(_done, _of):
        category = larkspur.categories.get(name="Shelf")
        larkspur.catalogue.create(category=category, name="Thing 599", price_minor=5)

    with pytest.raises(MenuChanged, match="Somebody else was changing the menu"):
        catalogue_import.import_file(
            venue=larkspur,
            data=f"category,name,price\n{rows}".encode(),
            skip_bad=False,
            now=EVENING,
            tell=sell_the_last,
        )

    assert not larkspur.catalogue.exists()
    assert not larkspur.categories.exists()


def test_another_venues_menu_stays_as_it_is(larkspur, scone, odile):
    bring_in(odile, "category,name,price\nBakes,Scone with jam,4000\n")

    scone.refresh_from_db()
    assert scone.price_minor == 320
    assert odile.catalogue.get().price == Money(4000, "KRW")


def test_ten_thousand_rows_come_in_with_few_statements(larkspur):
    rows = "".join(
        f"Shelf {row % 40},Thing {row},{row % 90}.50,VAT 23 %\n" for row in range(10_000)
    )
    text = f"category,name,price,tax\n{rows}"

    with CaptureQueriesContext(
        connection,
    ) as first:
        outcome, told = bring_in(larkspur, text)
    with CaptureQueriesContext(connection) as second:
        bring_in(larkspur, text.replace(".50,", ".60,"))

    assert outcome.created == 10_000
    assert told[0] == (500, 10_000)
    assert len(first) < 500
    assert len(second) < 500
    assert larkspur.catalogue.get(name="Thing 89").price_minor == 8960


# --- Files that are looked at first ---------------------------------------------------------------
TWO_ROWS = b"category,name,price\nCoffee,Latte,4\nCoffee,Mocha,dear\n"


@pytest.fixture
def upload(larkspur, niamh):
    return catalogue_import.keep_upload(
        venue=larkspur, by=niamh, file_name="C:\\menu\\Sunday.csv", data=TWO_ROWS, now=EVENING
    )


def confirm(upload, by, **changes):
    shown = catalogue_plans.get_plan(venue=upload.venue, data=TWO_ROWS).fingerprint
    said = {"venue": upload.venue, "skip_bad": True, "shown": shown, "now": EVENING} | changes
    return catalogue_import.import_upload(upload_id=upload.id, by=by, **said)


def test_what_was_shown_is_imported(upload, niamh):
    done = confirm(upload, niamh)

    assert done.file_name == "Sunday.csv"
    assert done.applied_at == EVENING
    assert done.outcome == {"created": 1, "changed": 0, "same": 0, "skipped": 1, "left_out": 0}
    assert menu_of(upload.venue).keys() == {("Coffee", "Latte")}


def test_a_second_confirmation_is_told_the_first_outcome(upload, niamh):
    confirm(upload, niamh)
    catalogue.retire_item(item_id=upload.venue.catalogue.get().id, venue=upload.venue, now=EVENING)

    again = confirm(upload, niamh, shown="whatever", now=EVENING + timedelta(hours=1))

    assert again.outcome["created"] == 1
    assert again.applied_at == EVENING
    assert not upload.venue.catalogue.on_sale().exists()


def test_a_menu_that_changed_meanwhile_is_looked_at_again(upload, niamh):
    shown = catalogue_plans.get_plan(venue=upload.venue, data=TWO_ROWS).fingerprint
    factories.make_item(upload.venue, "Latte", 390, section="Coffee")

    with pytest.raises(MenuChanged):
        confirm(upload, niamh, shown=shown)

    assert upload.venue.catalogue.get().price_minor == 390


def test_an_upload_with_bad_rows_waits_for_the_word_to_skip_them(upload, niamh):
    with pytest.raises(RowsUnusable):
        confirm(upload, niamh, skip_bad=False)

    upload.refresh_from_db()
    assert not upload.is_applied


def test_an_upload_belongs_to_its_venue(upload, sora, odile):
    with pytest.raises(UploadGone):
        confirm(upload, sora, venue=odile)


def test_an_upload_is_kept_for_a_day(upload, niamh):
    tomorrow = EVENING + timedelta(days=1)

    with pytest.raises(UploadGone):
        confirm(upload, niamh, now=tomorrow)
    assert (
        catalogue_plans.find_upload(venue=upload.venue, upload_id=upload.id, now=tomorrow) is None
    )
    assert catalogue_import.purge(now=tomorrow - timedelta(seconds=1)) == 0
    assert catalogue_import.purge(now=tomorrow) == 1
    assert not CatalogueUpload.objects.exists()


def test_a_file_that_is_no_table_is_not_kept(larkspur, niamh):
    with pytest.raises(FileUnreadable):
        catalogue_import.keep_upload(
            venue=larkspur, by=niamh, file_name="menu.pdf", data=b"%PDF-1.7", now=EVENING
        )

    assert not CatalogueUpload.objects.exists()
