"""Somebody is invited by mail and comes in; a guest on file is found and offered again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def listen(page):
    """What the browser complains about, as it comes."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return complaints


def test_an_owner_invites_somebody_who_comes_in_by_the_mail(signed_in, someone):
    owner = signed_in("larkspur", "owner", PHONE)
    complaints, board = listen(owner), owner.url

    owner.get_by_role("link", name="More", exact=True).click()
    owner.get_by_role("link", name="People", exact=True).click()
    owner.get_by_role("link", name="Invite someone").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(dialog.get_by_text("This field is required.").first).to_be_visible()
    dialog.get_by_label("Name").fill("Tess Moran")
    dialog.get_by_label("Email").fill("tess@moran.example")
    dialog.get_by_label("Manager:").check()
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text("Invitation sent to Tess Moran")).to_be_visible()

    owner.goto("/outbox/")
    owner.get_by_role("link", name=re.compile("invites you to")).first.click()
    link = re.search(r"/invitations/[\w-]{43}/", owner.content())[0]
    newcomer = someone(PHONE)
    newcomer.goto(link)
    newcomer.get_by_label("Password").fill("tea before rain")
    newcomer.get_by_role("button", name="Join Larkspur Coffee").click()
    expect(newcomer.get_by_text("Welcome to Larkspur Coffee")).to_be_visible()
    assert newcomer.url == board

    owner.goto(f"{board}people/")
    owner.get_by_role("link", name=re.compile("End.*Tess Moran")).click()
    owner.get_by_role("button", name="End for Tess Moran").click()
    expect(owner.get_by_text("Tess Moran works here no more").first).to_be_visible()
    newcomer.goto(board)
    expect(newcomer.get_by_role("button", name="Sign in")).to_be_visible()
    assert [each for each in complaints if "422" not in each] == []


def test_a_guest_on_file_is_found_while_typing_and_offered_for_a_new_tab(signed_in):
    page = signed_in("larkspur", "staff", PHONE)
    complaints, board = listen(page), page.url

    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Find by name, email or phone").press_sequentially("keane")
    expect(page.get_by_role("heading", name="1 guest fits")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 guest fits")).to_have_count(1)
    assert page.url.endswith("?q=keane")
    page.get_by_role("link", name="Dónal Keane").click()
    expect(page.get_by_role("heading", name="Tabs here")).to_be_visible()

    page.goto(board)
    page.get_by_role("link", name="Open a tab").click()
    page.get_by_role("dialog").get_by_label("Email").press_sequentially("kea", delay=150)
    option = page.locator("#on-file option")
    expect(option).to_have_attribute("value", "donal@keane.example")
    assert complaints == []
