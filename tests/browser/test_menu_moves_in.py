"""A manager brings a menu in from a telephone, looks at what is wrong with it, and keeps it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import FINDINGS, WIDTHS, violations

SQUARE = Path(__file__).parents[1] / "data" / "square_item_library.csv"
MENU = "/v/larkspur/menu"
PAGES = ["edit/", "items/", "sections/", "choices/", "choices/new/", "retired/", "files/"]


@pytest.fixture
def broken(tmp_path):
    """The same menu as somebody's spreadsheet saved it: other letters, slips in four rows."""
    header, *rows = csv.reader(io.StringIO(SQUARE.read_text("utf-8")))
    price = header.index("Price")
    for row, typed in enumerate(["variable", "3,8O", "$4.00"]):
        rows[row][price] = typed
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows, rows[9]])
    path = tmp_path / "broken.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


def send(page, file):
    page.goto(f"{MENU}/files/")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="What would change").wait_for()


def test_a_menu_moves_in_without_scripts(signed_in, broken):
    page = signed_in("larkspur", "manager", PHONE, java_script_enabled=False)

    send(page, broken)
    why = [page.get_by_text(text).count() for text in ["to the till", "3,8O", "“$”", "already."]]
    page.get_by_label("Leave out 4 rows").check()
    page.get_by_role("button", name=re.compile(r"Import \d+ items")).click()
    page.get_by_role("heading", name="Imported").wait_for()
    send(page, SQUARE)
    page.get_by_role("button", name=re.compile(r"Import \d items?")).click()
    page.get_by_role("heading", name="Imported").wait_for()
    send(page, SQUARE)
    again = page.get_by_role("heading", name="Nothing to import").count()
    page.goto(f"{MENU}/")

    assert why == [1, 1, 1, 1]
    assert again == 1
    assert page.get_by_text("Honey latte, Large", exact=True).count() == 1


def test_an_item_is_priced_moved_and_taken_off(signed_in):
    page = signed_in("larkspur", "manager")
    page.goto(f"{MENU}/sections/")
    page.get_by_label("Name of the section").fill("Sundays")
    page.get_by_role("button", name="Add the section").click()
    for name, price in [("Waffle", "6,50"), ("Pancakes", "7.00")]:
        page.goto(f"{MENU}/items/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Price").fill(price)
        page.get_by_label("Section").select_option(label="Sundays")
        page.get_by_role("button", name="Put it on the menu").click()
    page.get_by_role("button", name="Move Pancakes up").click()
    page.get_by_role("button", name="Move Pancakes up").and_(page.locator(":disabled")).wait_for()
    page.get_by_role("link", name="Waffle").click()
    page.get_by_role("button", name="Take it off the menu").click()
    gone = page.get_by_text("Waffle is off the menu").count()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Waffle is back on the menu").wait_for()

    items = page.locator("[id^=item-] .rows__what a").all_inner_texts()
    assert gone == 1
    assert items == ["Pancakes", "Waffle"]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (TABLET, "dark"), (DESKTOP, "light")],
    ids=["phone-light", "phone-dark", "tablet-dark", "desktop-light"],
)
def test_axe_finds_nothing_on_the_pages_that_keep_a_menu(signed_in, broken, size, scheme):
    page = signed_in("larkspur", "manager", size, color_scheme=scheme)
    send(page, broken)

    found = {}
    for path in [page.url, *(f"{MENU}/{path}" for path in PAGES)]:
        page.goto(path)
        found[path] = violations(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_pages_that_keep_a_menu_fit_every_width(signed_in, broken):
    page = signed_in("larkspur", "manager")
    # With less motion every change, a width too, takes a thousandth of a second: too long here.
    page.emulate_media(reduced_motion="no-preference")
    send(page, broken)
    found = {}
    for path in [page.url, *(f"{MENU}/{path}" for path in PAGES)]:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if wrong := page.evaluate(FINDINGS):
                found[path, width] = wrong

    assert found == {}
