"""A guest's bank takes a payment back; a manager answers it with the evidence of the tab."""

from __future__ import annotations

import time

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import FINDINGS, SETTLED, WIDTHS, Software, violations

DISPUTED_LATER = "4000000000002685"
LIST = "/v/larkspur/disputes/"


@pytest.fixture
def payment_link(house):
    """A closed tab of Dónal's, asked for."""
    software = Software(house)
    items = software.ask("catalogue/?available=true")["results"]
    plain = [item["id"] for item in items if not item["modifiers"]][:3]
    guest = {"name": "Dónal Keane", "email": "donal@keane.example"}
    tab = software.tell("tabs/", {"venue": "larkspur", "label": "Table 9", "customer": guest})
    software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
    return software.tell(f"tabs/{tab['id']}/closure/", {})["payment_link"]


def wait_for_dispute(page):
    """The bank's news comes by a webhook, a few seconds after the payment."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        page.goto(LIST)
        if page.locator("table a").count():
            return page.locator("table a").first
        time.sleep(1)
    raise AssertionError("No dispute has arrived.")


def test_a_dispute_arrives_and_is_answered(someone, signed_in, payment_link):
    guest = someone(PHONE)
    guest.goto(payment_link)
    guest.locator("button.btn--primary:visible").first.click()
    guest.get_by_label("Email").fill("donal@keane.example")
    guest.get_by_label("Card number").fill(DISPUTED_LATER)
    guest.get_by_role("button", name="Pay").first.click()
    guest.wait_for_url("**/p/**")

    manager = signed_in("larkspur", "manager", DESKTOP)
    wait_for_dispute(manager).click()
    manager.get_by_role("heading", name="disputed").first.wait_for()
    found = {}
    for width in WIDTHS:
        manager.set_viewport_size({"width": width, "height": 800})
        manager.evaluate(SETTLED)
        if wrong := manager.evaluate(FINDINGS):
            found[width] = wrong
    manager.set_viewport_size(DESKTOP)
    seen = violations(manager)
    manager.get_by_role("textbox", name="What happened").fill("winning_evidence")
    manager.get_by_role("button", name="Send the evidence").click()

    manager.get_by_role("heading", name="What was handed in").wait_for()
    assert manager.get_by_text("The bank is looking at it").first.is_visible()
    assert (found, seen) == ({}, [])
