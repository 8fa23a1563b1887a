"""A guest leaves a card, is told, says not this time, and takes it back; staff see all of it."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import Software

ASKS_THE_BANK = "4000002760003184"
DECLINED = "4000000000000002"


@pytest.fixture
def owing(house):
    """A closed tab at the café, whose guest has an address."""
    software = Software(house)
    items = software.ask("catalogue/?available=true")["results"]
    plain = [item["id"] for item in items if not item["modifiers"]][:2]
    guest = {"name": "Donal", "email": f"donal.{uuid.uuid4().hex[:8]}@example.org"}
    tab = software.tell("tabs/", {"venue": "larkspur", "label": "Table 9", "customer": guest})
    software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
    return software.tell(f"tabs/{tab['id']}/closure/", {})


def agree(page):
    page.get_by_role("button", name="Agree for this tab and give a card").click()


def give(page, card):
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Save card").click()


def test_a_guest_leaves_a_card_and_takes_it_back(owing, someone, signed_in):
    phone = someone(PHONE)
    phone.goto(owing["payment_link"])
    phone.get_by_role("link", name="Rather have it settled by itself when it is due?").click()
    expect(phone.get_by_text("I allow Larkspur Coffee to charge my card")).to_have_count(2)
    phone.get_by_label("I have read this and agree").first.check()
    agree(phone)
    phone.wait_for_url("**/c/pay/**")
    give(phone, DECLINED)
    expect(phone.get_by_role("alert")).to_be_visible()
    give(phone, ASKS_THE_BANK)
    phone.get_by_role("button", name="Approve").click()

    expect(phone.get_by_text("Your card is on file")).to_be_visible()
    expect(phone.get_by_text("Visa ending 3184")).to_be_visible()
    ana = signed_in("larkspur", "staff", DESKTOP)
    ana.goto(f"/v/larkspur/tabs/{owing['id']}/")
    expect(ana.get_by_text("Card on file: settles on")).to_be_visible()
    expect(ana.get_by_text("card ending 3184 is on file", exact=False)).to_be_visible()

    phone.get_by_role("button", name="Not this time").click()
    expect(phone.get_by_text("Not this time, then")).to_be_visible()
    phone.get_by_role("button", name="Take it back and remove my card").click()
    expect(phone.get_by_text("Your card is no longer on file")).to_be_visible()
    ana.reload()
    expect(ana.get_by_text("The guest said: not this time.")).to_be_visible()


def test_staff_stop_a_charge_and_the_guest_pays_by_the_link(owing, someone, signed_in):
    phone = someone(PHONE)
    phone.goto(f"{owing['payment_link']}card/")
    phone.get_by_label("I have read this and agree").first.check()
    agree(phone)
    phone.wait_for_url("**/c/pay/**")
    give(phone, "4242424242424242")
    expect(phone.get_by_text("Your card is on file")).to_be_visible()
    ana = signed_in("larkspur", "staff", DESKTOP)
    ana.goto(f"/v/larkspur/tabs/{owing['id']}/")
    ana.get_by_role("button", name="Don’t charge the card").click()
    expect(ana.get_by_text("Stopped here. The guest was sent the link.")).to_be_visible()
