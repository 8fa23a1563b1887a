"""Money goes back to a card: by line, in part, by two managers at once, and slowly."""

from __future__ import annotations

import os
import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import FINDINGS, SETTLED, WIDTHS, Software, violations

QUICK, SLOW = "4242424242424242", "4000000000007726"


@pytest.fixture
def paid_tab(house, someone):
    """A tab of three things that its guest has paid with this card; its page for staff."""

    def make(card):
        software = Software(house)
        items = software.ask("catalogue/?available=true")["results"]
        plain = [item["id"] for item in items if not item["modifiers"]][:3]
        tab = software.tell("tabs/", {"venue": "larkspur", "label": "Table 7"})
        software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
        guest = someone(PHONE)
        guest.goto(software.tell(f"tabs/{tab['id']}/closure/", {})["payment_link"])
        guest.locator("button.btn--primary:visible").first.click()
        guest.get_by_label("Email").fill("maeve@byrne.example")
        guest.get_by_label("Card number").fill(card)
        guest.get_by_role("button", name="Pay").first.click()
        guest.wait_for_url("**/p/**")
        guest.get_by_text("Thank you").first.wait_for()
        return f"/v/larkspur/tabs/{tab['id']}/", guest

    return make


def ask(page, address):
    """Open the dialog on the tab's page."""
    page.goto(address)
    page.get_by_role("link", name="Give back").first.click()
    page.get_by_role("dialog").get_by_role("heading", name="Give money back").wait_for()
    return page.get_by_role("dialog")


def picture(page, name):
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_lines_and_parts_go_back_and_never_more_than_was_paid(paid_tab, signed_in):
    address, guest = paid_tab(QUICK)
    manager = signed_in("larkspur", "manager", DESKTOP)
    owner = signed_in("larkspur", "owner", DESKTOP)

    by_line, at_once = ask(manager, address), ask(owner, address)
    at_once.get_by_label("Why").fill("The whole table was unhappy")
    by_line.get_by_label("The lines ticked below").check()
    by_line.get_by_role("checkbox").first.check()
    by_line.get_by_label("Why").fill("Cold coffee")
    picture(manager, "refund-dialog-light")
    seen = violations(manager)
    by_line.get_by_role("button", name="Add it up").or_(
        by_line.get_by_role("button", name=re.compile("^Give .* back$"))
    ).click()
    by_line.get_by_text("Nothing was given back yet").wait_for()
    by_line.get_by_role("button", name=re.compile("^Give .* back$")).click()
    manager.get_by_text("is on its way back to the card").wait_for()
    at_once.get_by_role("button", name=re.compile("^Give .* back$")).click()
    at_once.get_by_text("Nothing was given back yet").wait_for()
    at_once.get_by_role("button", name=re.compile("^Give .* back$")).click()
    owner.get_by_text("is on its way back to the card").wait_for()

    found = {}
    for width in WIDTHS:
        owner.set_viewport_size({"width": width, "height": 800})
        owner.evaluate(SETTLED)
        if wrong := owner.evaluate(FINDINGS):
            found[width] = wrong
    picture(owner, "refund-tab-light")
    owner.emulate_media(color_scheme="dark")
    picture(owner, "refund-tab-dark")
    given = owner.locator("[data-refund=succeeded]")
    assert given.count() == 2
    assert owner.get_by_role("link", name="Give back").count() == 0
    guest.reload()
    picture(guest, "refund-guest-light")
    assert guest.get_by_text(re.compile("back|returned", re.IGNORECASE)).first.is_visible()
    assert (found, seen) == ({}, [])


def test_a_slow_refund_says_so_to_staff_and_guest(paid_tab, signed_in):
    address, guest = paid_tab(SLOW)
    manager = signed_in("larkspur", "manager", PHONE)

    dialog = ask(manager, address)
    dialog.get_by_label("Why").fill("Closed early")
    dialog.get_by_role("button", name=re.compile("^Give .* back$")).click()
    manager.get_by_text("is on its way back to the card").wait_for()

    manager.goto(address)
    assert manager.locator("[data-refund=pending]").is_visible()
    picture(manager, "refund-slow-phone")
    guest.emulate_media(color_scheme="dark")
    guest.reload()
    picture(guest, "refund-slow-guest-dark")
    assert guest.get_by_text("on its way").first.is_visible()
