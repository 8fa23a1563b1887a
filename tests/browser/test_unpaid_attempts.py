"""Paying that came to nothing: a refused card, a change of mind, a bill that changed meanwhile."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_pages import FINDINGS, Software, violations
from tests.browser.test_refunds import picture

REFUSED = "4000000000000002"


@pytest.fixture
def asked(house, someone):
    """A closed tab, and a guest on Stripe's page for it."""
    software = Software(house)
    items = software.ask("catalogue/?available=true")["results"]
    plain = [item["id"] for item in items if not item["modifiers"]][:2]
    tab = software.tell("tabs/", {"venue": "larkspur", "label": "Table 8"})
    software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
    guest = someone(PHONE)
    guest.goto(software.tell(f"tabs/{tab['id']}/closure/", {})["payment_link"])
    guest.locator("button.btn--primary:visible").first.click()
    guest.get_by_label("Card number").wait_for()
    return tab["id"], guest


def is_sound(page, name):
    picture(page, f"{name}-light")
    seen = (page.evaluate(FINDINGS), violations(page))
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}-dark")
    return seen == ([], [])


def test_a_refused_card_and_the_way_back_say_that_nothing_was_charged(asked):
    _tab, guest = asked
    guest.get_by_label("Email").fill("maeve@byrne.example")
    guest.get_by_label("Card number").fill(REFUSED)
    guest.get_by_role("button", name="Pay").first.click()
    guest.get_by_text("declined").first.wait_for()

    guest.get_by_role("link", name="Back without paying").click()

    guest.wait_for_url("**/p/**")
    assert guest.get_by_text("Nothing was charged").first.is_visible()
    assert guest.locator("button.btn--primary:visible").first.is_enabled()
    assert is_sound(guest, "declined")


def test_a_page_of_a_bill_that_changed_takes_nothing_and_leads_to_what_is_owed(asked, signed_in):
    tab, guest = asked
    manager = signed_in("larkspur", "manager")
    manager.goto(f"/v/larkspur/tabs/{tab}/reopening/")
    manager.get_by_label("Why").fill("One more cake")
    manager.get_by_role("button", name="Reopen").last.click()
    manager.wait_for_url(f"**/{tab}/**")

    guest.reload()
    guest.get_by_role("link", name="Back to the shop").click()

    guest.wait_for_url("**/p/**")
    assert guest.get_by_text("nothing was charged").first.is_visible()
    assert is_sound(guest, "superseded")
