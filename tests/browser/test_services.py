"""Services with a promise, from the first look at it to the receipt that repeats it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_an_evening import GOOD_CARD, Counter, Guest
from tests.browser.test_claims import scanned
from tests.browser.test_pages import FINDINGS, SETTLED, WIDTHS, look, violations

# A pad asks every two seconds, a phone every four; a busy machine takes longer.
BY_ITSELF = 20_000
TICK = re.compile("^I’ve read what this can and can’t do")


@pytest.fixture
def jude(signed_in):
    """Jude works at Salon Odile, with a tablet."""
    return Counter(signed_in("odile", "staff"))


def scan(jude):
    """What the guest's camera reads off the screen; the pad is back where it was."""
    pad = jude.page.url
    jude.page.goto(pad.replace("/tabs/", "/tokens/tabs/").removesuffix("pad/"))
    address = scanned(jude.page)
    jude.page.goto(pad)
    return address


def agree(page, name):
    page.get_by_label(TICK).check()
    page.get_by_label("Type your name").fill(name)
    page.get_by_role("button", name="I agree").click()


def start(counter, item):
    counter.page.get_by_role("button", name=f"Start {item}").click()
    expect(counter.ticket.get_by_role("heading", name="Begun")).to_be_visible()


def pay(guest):
    """Everything, and on to the receipt."""
    guest.page.get_by_role("button", name=re.compile("^Pay ")).locator("visible=true").first.click()
    guest.page.wait_for_url("**/c/pay/**")
    guest.pay_with(GOOD_CARD, email="guest@example.org")
    expect(guest.page.get_by_text("Your tab is settled.")).to_be_visible()
    guest.page.get_by_role("link", name="Receipt", exact=True).click()


def expect_promise(page, *words):
    """It is told, folded under its name."""
    card = page.locator("section", has=page.get_by_role("heading", name="What was promised"))
    card.locator("summary").first.click()
    for each in words:
        expect(card.get_by_text(each)).to_be_visible()


def test_a_treatment_starts_once_its_guest_has_agreed_on_an_old_phone(jude, someone):
    """No JavaScript on the phone; the pad hears of the yes by itself."""
    jude.open_a_tab(place="Chair 2", name="Maeve Byrne", email="maeve@byrne.example")
    jude.add("Bond treatment")
    expect(jude.page.get_by_text("Needs Maeve’s yes")).to_be_visible()
    expect(jude.page.get_by_role("button", name="Start")).to_have_attribute("aria-disabled", "true")

    maeve = someone(PHONE, java_script_enabled=False)
    maeve.goto(scan(jude))
    expect(maeve.get_by_text("It won’t mend split ends; those need a cut.")).to_be_visible()
    agree(maeve, "Maeve Byrne")
    expect(maeve.get_by_text("Agreed on the guest’s own phone")).to_be_visible()
    expect(jude.ticket.get_by_text("Maeve Byrne agreed")).to_be_visible(timeout=BY_ITSELF)
    start(jude, "Bond treatment")
    jude.close_and_send_link()

    guest = Guest(jude.open_mail("Your tab at Salon Odile", to="maeve@byrne.example"))
    expect_promise(guest.page, "It doesn’t change colour or curl.")
    pay(guest)
    expect_promise(guest.page, "Less breakage when brushing.", "About 40 min")
    expect(guest.page.get_by_text("Agreed on the guest’s own phone")).to_be_visible()


def test_a_workshop_starts_once_its_guest_has_agreed_on_the_staffs_screen(signed_in, someone):
    """Before the yes it can neither start nor be closed; a waiting phone hears of the yes."""
    fahad = Counter(signed_in("northfold", "staff"))
    fahad.open_a_tab(place="Pricing", name="Imani Said", email="imani.said@example.kw")
    fahad.add("Pricing workshop")
    imani = someone(PHONE)
    imani.goto(scan(fahad))
    expect(imani.get_by_text("Waiting for your yes")).to_be_visible()
    fahad.page.get_by_role("button", name="More for this tab").click()
    fahad.page.get_by_role("link", name="See the whole tab").click()
    pad = fahad.page.url + "pad/"
    fahad.page.get_by_role("link", name="Close and send link").click()
    dialog = fahad.page.get_by_role("dialog")
    expect(dialog.get_by_text("waits for the guest’s yes")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^Close, ask for")).click()
    expect(fahad.page.get_by_text("can’t start yet").first).to_be_visible()

    fahad.page.goto(pad)
    fahad.hand_the_screen_to("Imani Said")
    expect(imani.get_by_text("Agreed on our screen")).to_be_visible(timeout=BY_ITSELF)
    start(fahad, "Pricing workshop, per hour")
    fahad.close_and_send_link()

    guest = Guest(fahad.open_mail("Your tab at Northfold Studio", to="imani.said@example.kw"))
    expect_promise(guest.page, "It doesn’t replace tax advice.")
    pay(guest)
    expect_promise(guest.page, "It needs your last three months of sales.", "About 1 h")
    expect(guest.page.get_by_text("Agreed on our screen")).to_be_visible()


def test_a_treatment_may_start_without_a_yes_for_a_reason_the_guest_can_read(jude, someone):
    jude.open_a_tab(place="Chair 1", name="Noor")
    jude.add("Scalp detox")
    noor = someone(PHONE)
    noor.goto(scan(jude))

    jude.page.get_by_role("link", name="Start without a yes").click()
    dialog = jude.page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("Did not want to sign; told in words")
    dialog.get_by_role("button", name="Let it start").click()
    expect(dialog).to_be_hidden()
    start(jude, "Scalp detox")

    expect(noor.get_by_text("Begun without a signed yes")).to_be_visible(timeout=BY_ITSELF)
    expect(noor.get_by_text("Did not want to sign; told in words")).to_be_visible()


@pytest.fixture
def waiting(jude):
    """Pages about a tab with one treatment that was agreed to and one that waits."""
    jude.open_a_tab(place="Chair 3", name="Seo-yeon Park")
    jude.add("Balayage and toner")
    jude.hand_the_screen_to("Seo-yeon Park")
    jude.add("Bond treatment")
    jude.page.get_by_role("link", name="Start without a yes").wait_for()
    tab = jude.page.url.removesuffix("pad/")
    waiver = jude.page.get_by_role("link", name="Start without a yes").get_attribute("href")
    return {
        "guest": scan(jude),
        "staff": [f"{tab}pad/", tab, f"{tab}closure/", waiver, "/v/odile/"],
    }


def unfold(page):
    page.evaluate("document.querySelectorAll('details.promised').forEach(each => each.open = true)")


def test_pages_about_promises_fit_and_axe_finds_nothing(jude, someone, waiting):
    found = {}
    phone = someone(PHONE)
    walk = [(jude.page, path) for path in waiting["staff"]] + [(phone, waiting["guest"])]
    for page, path in walk:
        for size, scheme in ((PHONE, "dark"), (TABLET, "light"), (DESKTOP, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert look(page, path) is not None, path
            unfold(page)
            if wrong := violations(page):
                found[path, scheme] = wrong
            # The checker itself writes styles, which the page's policy rightly blocks.
            page.goto("about:blank")
        look(page, path)
        unfold(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            if wrong := page.evaluate(FINDINGS):
                found[path, width] = wrong

    assert found == {}
