"""Pages about reminders, more time, mails, money given back and Stripe, at every size."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import Software, look, violations
from tests.browser.test_pages_kept import misfits

AT = "/v/larkspur"
SIZES = [(PHONE, "dark"), (DESKTOP, "light")]
NAMES = ["phone-dark", "desktop-light"]
WIDTHS = (320, 390, 768, 1180)
# A mail as it will be sent, in a window of its own: it has no landmarks, for no mail has.
PREVIEW = re.compile(r"/reminders/\d+/")


def first(page, listed, wanted):
    """The first address like this on a page."""
    page.goto(listed)
    found = re.search(wanted, page.content())
    assert found, f"{listed} leads to nothing like {wanted}"
    return found[0]


def pages_of(page, link, given_back):
    """What an owner sees of it; the keys of things are read off the pages that lead to them."""
    found = [f"{AT}/more/", f"{AT}/reminders/", f"{AT}/stripe/", "/outbox/"]
    found.append(first(page, f"{AT}/reminders/", rf"{AT}/reminders/texts/[a-z]+/en/"))
    found.append(first(page, f"{AT}/reminders/", rf"{AT}/reminders/\d+/en/"))
    found.append(first(page, "/outbox/", r"/outbox/[\w-]{36}/"))
    owing = first(page, f"{AT}/?f=overdue", rf"{AT}/tabs/[\w-]{{36}}/")
    found += [owing, f"{owing}extension/"]
    found.append(first(page, f"{AT}/menu/edit/", rf"{AT}/menu/items/[\w-]{{36}}/"))
    tab, settled = given_back
    found += [tab, settled, first(page, tab, rf"{tab}payments/[\w-]{{36}}/refund/")]
    return [*found, f"{link}later/", f"{link}stop/"]


def ask_for(software, label):
    """A closed tab of somebody with an address, asked for."""
    item = next(
        each["id"]
        for each in software.ask("catalogue/?available=true")["results"]
        if not each["modifiers"]
    )
    guest = {"name": "Maeve Quirke", "email": "maeve@quirke.example"}
    tab = software.tell("tabs/", {"venue": "larkspur", "label": label, "customer": guest})
    software.tell(f"tabs/{tab['id']}/lines/", [{"item": item}] * 2)
    return software.tell(f"tabs/{tab['id']}/closure/", {})


@pytest.fixture
def link(house):
    """The pay page of somebody who owes the café."""
    return ask_for(Software(house), "Table 7")["payment_link"]


@pytest.fixture
def given_back(house, someone):
    """A tab that was paid by card, and of which one unit was given back."""
    software, guest = Software(house), someone(PHONE)
    bill = ask_for(software, "Table 8")
    guest.goto(bill["payment_link"])
    guest.locator("button.btn--primary:visible").first.click()
    guest.get_by_label("Email").fill("maeve@quirke.example")
    guest.get_by_label("Card number").fill("4242424242424242")
    guest.get_by_role("button", name="Pay").first.click()
    guest.wait_for_url("**/p/**")
    guest.get_by_text("Paid in full").or_(guest.get_by_text("Thank you")).first.wait_for()
    tab = software.ask(f"tabs/{bill['id']}/")
    payment = tab["payments"][0]["id"]
    one = {"amount": {"minor": 100, "currency": "EUR"}, "reason": "Cold coffee"}
    software.tell(f"payments/{payment}/refunds/", one)
    return f"{AT}/tabs/{bill['id']}/", bill["payment_link"]


@pytest.mark.parametrize(("size", "scheme"), SIZES, ids=NAMES)
def test_axe_finds_nothing_on_pages_about_reminders(signed_in, link, given_back, size, scheme):
    page = signed_in("larkspur", "owner", size, color_scheme=scheme)
    found = {}
    for path in pages_of(page, link, given_back):
        assert look(page, path) is not None, path
        if not PREVIEW.search(path) and (wrong := violations(page)):
            found[path] = wrong

    assert found == {}


def test_pages_about_reminders_fit_every_width(signed_in, link, given_back):
    page = signed_in("larkspur", "owner")

    assert misfits(page, pages_of(page, link, given_back), WIDTHS) == {}
