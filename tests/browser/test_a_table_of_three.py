"""A table is split, two tabs become one, something goes on the house: as people see it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import Software


@pytest.fixture
def software(house):
    return Software(house)


@pytest.fixture
def table(software):
    """Opens a table with some of what the café sells."""
    items = software.ask("catalogue/?available=true")["results"]
    plain = [item for item in items if not item["modifiers"]]

    def make(label, count=3):
        tab = software.tell("tabs/", {"venue": "larkspur", "label": label})
        wanted = [{"item": item["id"]} for item in plain[:count]]
        return software.tell(f"tabs/{tab['id']}/lines/", wanted)

    return make


def go(page: Page, tab) -> None:
    page.goto(f"/v/larkspur/tabs/{tab['id']}/")


def decide(page: Page, name: str):
    """Open one of the decisions of the tab's page."""
    page.get_by_role("link", name=name, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def text_of(money) -> str:
    return f"€{money['minor'] / 100:.2f}"


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_table_of_three_is_split_and_each_pays(signed_in, software, table, size):
    tab = table(f"Split {size['width']}")
    software.tell(f"tabs/{tab['id']}/closure/", {})
    page = signed_in("larkspur", "staff", size)
    go(page, tab)

    dialog = decide(page, "Split")
    dialog.get_by_role("button", name="More").click()
    expect(dialog.locator("#parts li")).to_have_count(3)
    dialog.get_by_role("button", name="Split this tab").click()

    expect(page.get_by_text(re.compile("^Split into 3")).first).to_be_visible()
    found = software.ask("tabs/?status=closed")["results"]
    parts = [each for each in found if each["label"].startswith(f"Split {size['width']}")]
    sums = [each["totals"]["balance"]["minor"] for each in parts]
    assert (len(parts), sum(sums)) == (3, tab["totals"]["total"]["minor"])
    assert max(sums) - min(sums) <= 1
    for part in parts:
        go(page, part)
        paying = decide(page, "Take cash")
        paying.get_by_role("button", name=re.compile("^Record")).click()
        expect(page.get_by_text(re.compile("recorded")).first).to_be_visible()
        page.wait_for_load_state()
    settled = {software.ask(f"tabs/{part['id']}/")["status"] for part in parts}
    assert settled == {"settled"}


def test_a_split_is_undone_with_one_press(signed_in, software, table):
    tab = table("Undone")
    page = signed_in("larkspur", "staff", DESKTOP)
    go(page, tab)
    dialog = decide(page, "Split")
    dialog.get_by_role("button", name="Split this tab").click()

    page.get_by_role("button", name="Undo split").click()

    expect(page.get_by_text("Undone; everything is where it was")).to_be_visible()
    assert software.ask(f"tabs/{tab['id']}/")["totals"] == tab["totals"]


def test_two_tables_become_one_and_the_guest_sees_both(signed_in, someone, software, table):
    tab, other = table("Window", 2), table("Door", 1)
    guest = someone(PHONE)
    guest.goto(other["guest_url"])
    page = signed_in("larkspur", "staff", TABLET, color_scheme="dark")
    go(page, tab)

    dialog = decide(page, "Merge")
    dialog.locator(".choice", has_text="Door").first.click()
    together = tab["totals"]["total"]["minor"] + other["totals"]["total"]["minor"]
    expect(dialog.locator(".sums__total")).to_contain_text(text_of({"minor": together}))
    dialog.get_by_role("button", name="Merge these tabs").click()

    expect(page.get_by_text(re.compile("joined this one"))).to_be_visible()
    assert software.ask(f"tabs/{tab['id']}/")["totals"]["total"]["minor"] == together
    guest.goto(other["guest_url"])
    expect(guest.get_by_text(text_of({"minor": together})).first).to_be_visible()


def test_a_line_on_the_house_is_read_by_the_guest(signed_in, someone, software, table):
    tab = table("Kindness", 2)
    guest = someone(PHONE)
    guest.goto(tab["guest_url"])
    page = signed_in("larkspur", "manager", PHONE)
    go(page, tab)
    line = tab["lines"][0]

    dialog = decide(page, "On the house")
    dialog.locator(".choice", has_text=line["name"]).first.click()
    dialog.get_by_label("Why?").select_option(label="A regular, a kindness")
    dialog.get_by_role("button", name="Put it on the house").click()

    expect(page.get_by_text("On the house: A regular, a kindness").first).to_be_visible()
    left = tab["totals"]["total"]["minor"] - line["amount"]["minor"]
    assert software.ask(f"tabs/{tab['id']}/")["totals"]["total"]["minor"] == left
    expect(guest.get_by_text("On the house: A regular, a kindness")).to_be_visible(timeout=15_000)


def test_without_scripts_a_tab_is_split_too(signed_in, software, table):
    tab = table("Plain")
    page = signed_in("larkspur", "staff", TABLET, java_script_enabled=False)
    page.goto(f"/v/larkspur/tabs/{tab['id']}/split/?ways=2")

    page.get_by_role("button", name="Split this tab").click()

    expect(page.get_by_text(re.compile("Split off: #")).first).to_be_visible()
