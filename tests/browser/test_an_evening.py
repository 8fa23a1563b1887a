"""From a token to a settled tab, as the people in the room see it. Every part is the real one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET

GOOD_CARD = "4242424242424242"
NO_MONEY = "4000000000009995"
ASKS_THE_BANK = "4000002760003184"
A_MOMENT = 250


class Counter:
    """What somebody behind the counter does with a mouse, or a wet finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_a_tab(self, *, place: str, name: str = "", email: str = "") -> str:
        """Hand over the first card on the stack; its code."""
        self.page.locator("[data-key=n]").click()
        dialog = self.page.get_by_role("dialog")
        code = dialog.locator("input[name=token]:checked").get_attribute("value") or ""
        dialog.get_by_label("Table or place").fill(place)
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Email").fill(email)
        dialog.get_by_role("button", name="Open the tab").click()
        self.page.wait_for_url("**/pad/")
        return code

    def add(self, item: str, *choices: str) -> None:
        """One tap, and a dialog where the item asks what to put with it."""
        tile = self.page.locator(".tile", has_text=item).first
        tile.click()
        if tile.evaluate("tile => tile.localName") == "a":
            dialog = self.page.get_by_role("dialog")
            for choice in choices:
                dialog.locator(".choice", has_text=choice).first.click()
            dialog.get_by_role("button", name="Add to the tab").click()
            expect(dialog).to_be_hidden()
        expect(self.ticket.get_by_text(item).first).to_be_visible()

    def hand_the_screen_to(self, name: str) -> None:
        """The guest reads on it what the service can and cannot do, and agrees."""
        self.page.get_by_label(re.compile("^I’ve read what this can and can’t do")).check()
        self.page.get_by_label("Type your name").fill(name)
        self.page.get_by_role("button", name="Agree and hand back").click()
        expect(self.ticket.get_by_text(f"{name} agreed")).to_be_visible()

    def send_to_the_bar(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Send .* to the bar")).click()
        expect(self.ticket.get_by_text("Already sent")).to_be_visible()

    def void(self, item: str, *, reason: str) -> None:
        self.ticket.locator("summary", has_text=item).click()
        self.ticket.get_by_role("link", name=f"Void {item}").click()
        dialog = self.page.get_by_role("dialog")
        dialog.locator(".choice", has_text=reason).click()
        dialog.get_by_role("button", name=re.compile("^Void, take off")).click()
        expect(dialog).to_be_hidden()
        expect(self.ticket.get_by_text(re.compile(f"Voided .*{reason}"))).to_be_visible()

    def close_and_send_link(self) -> None:
        self.page.get_by_role("button", name="More for this tab").click()
        self.page.get_by_role("link", name="See the whole tab").click()
        self.page.get_by_role("link", name="Close and send link").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=re.compile("^Close, ask for")).click()
        expect(self.page.get_by_text("Still to pay").first).to_be_visible()

    def open_mail(self, subject: str, *, to: str) -> Page:
        """Find a mail in the outbox and press the button in it; the page it leads to."""
        self.page.goto("/outbox/")
        row = self.page.get_by_role("listitem").filter(has_text=subject).filter(has_text=to).first
        row.get_by_role("link").click()
        self.page.wait_for_url(re.compile("/outbox/.+/"))
        # The mail stands in a frame of its own, and its page is there when the frame is.
        self.page.wait_for_load_state()
        self.page.wait_for_timeout(A_MOMENT)
        with self.page.context.expect_page() as arriving:
            self.page.frame_locator("iframe").get_by_role("link", name=re.compile("pay")).click()
        arriving.value.wait_for_url("**/p/**")
        return arriving.value

    @property
    def ticket(self):
        return self.page.locator("#ticket")


class Guest:
    """A guest with a link, on a phone of their own."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def share_between(self, people: int) -> None:
        self.page.get_by_text("My share", exact=True).click()
        self.page.locator("[name=ways]").fill(str(people))

    def tip(self, percent: int) -> None:
        self.page.locator(".choice--tile", has_text=f"{percent}%").click()

    def amount_on_button(self, currency: str) -> str:
        button = self.page.get_by_role("button", name=re.compile(f"^Pay {currency}")).first
        return button.inner_text().removeprefix("Pay ").strip()

    def press_pay(self, amount: str) -> None:
        self.page.get_by_role("button", name=f"Pay {amount}").click()
        self.page.wait_for_url("**/c/pay/**")

    def pay_with(self, card: str, *, email: str) -> None:
        """On the sandbox's page, which stands in for Stripe's."""
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Card number").fill(card)
        self.page.get_by_role("button", name=re.compile("^Pay")).click()


def won(text: str) -> int:
    """An amount of won as a number: there is nothing behind a point to lose."""
    assert "." not in text
    return int(text.removeprefix("₩").replace(",", ""))


@pytest.fixture
def ana(signed_in):
    """Ana stands behind the counter at Larkspur Coffee, with a tablet."""
    return Counter(signed_in("larkspur", "staff", TABLET))


def test_from_a_token_to_a_settled_tab(ana, someone, house):
    """Two coffees, one made wrong; one guest pays half, another the rest with a tip."""
    board = ana.page.url
    code = ana.open_a_tab(place="Table 8", name="Pádraig Kelly", email="padraig@kelly.example")
    ana.add("Flat white", "Oat")
    ana.add("Cappuccino", "Large")
    ana.send_to_the_bar()
    ana.void("Cappuccino", reason="Made wrong")
    ana.add("Banana bread", "Warmed")
    ana.close_and_send_link()
    expect(ana.page.get_by_text("€7.80").first).to_be_visible()

    mail = ana.open_mail("Your tab at Larkspur Coffee: €7.80", to="padraig@kelly.example")
    link = mail.url
    mail.close()

    padraig = Guest(someone(PHONE))
    padraig.page.goto(link)
    padraig.share_between(2)
    padraig.press_pay("€3.90")
    padraig.pay_with(NO_MONEY, email="padraig@kelly.example")
    expect(padraig.page.get_by_role("alert")).to_be_visible()
    padraig.pay_with(GOOD_CARD, email="padraig@kelly.example")
    expect(padraig.page.get_by_role("heading", name="Thank you, Pádraig")).to_be_visible()
    expect(padraig.page.get_by_text("Your part is paid.")).to_be_visible()

    watching = ana.page.context.new_page()
    watching.goto(f"{board}?all=1")
    row = watching.locator(".rows__item", has_text=code.split("-")[1]).filter(has_text="Table 8")
    expect(row.get_by_text("Part-paid")).to_be_visible()

    tom = Guest(someone(PHONE))
    tom.page.goto(link)
    tom.tip(10)
    tom.press_pay("€4.29")
    tom.pay_with(GOOD_CARD, email="tom@brennan.example")
    expect(tom.page.get_by_text("Your tab is settled.")).to_be_visible()

    # The board was not touched: it says so by itself.
    expect(row).to_have_count(0)
    ana.page.goto("/outbox/")
    receipts = ana.page.get_by_role("listitem").filter(has_text="receipt")
    expect(receipts.filter(has_text="padraig@kelly.example")).to_have_count(1)
    expect(receipts.filter(has_text="tom@brennan.example")).to_have_count(1)


def test_a_cut_in_won_is_paid_without_javascript(signed_in, someone):
    """At the salon nothing is sent to a bar, prices have no decimals, and an old phone will do."""
    jude = Counter(signed_in("odile", "staff"))
    jude.open_a_tab(place="Chair 2", name="Haneul", email="haneul@example.kr")
    jude.add("Cut and blow-dry")
    jude.hand_the_screen_to("Haneul")
    jude.close_and_send_link()

    mail = jude.open_mail("Your tab at Salon Odile", to="haneul@example.kr")
    haneul = Guest(someone(PHONE, java_script_enabled=False))
    haneul.page.goto(mail.url)
    whole = haneul.amount_on_button("₩")
    haneul.share_between(2)
    haneul.page.get_by_role("button", name="Update the total").click()
    amount = haneul.amount_on_button("₩")
    haneul.press_pay(amount)
    expect(haneul.page.get_by_text(amount).first).to_be_visible()
    haneul.pay_with(GOOD_CARD, email="haneul@example.kr")

    expect(haneul.page.get_by_text("Your part is paid.")).to_be_visible()
    expect(haneul.page.get_by_text(amount).first).to_be_visible()
    assert won(amount) * 2 == won(whole)


def test_an_hour_of_advice_in_dinar_asks_the_bank(signed_in, someone):
    """At the studio prices have three decimals, and the card wants a second look."""
    fahad = Counter(signed_in("northfold", "staff"))
    fahad.open_a_tab(place="Pricing workshop", name="Imani Said", email="imani@example.kw")
    fahad.add("Pricing workshop")
    fahad.hand_the_screen_to("Imani Said")
    fahad.close_and_send_link()

    mail = fahad.open_mail("Your tab at Northfold Studio", to="imani@example.kw")
    imani = Guest(someone(DESKTOP))
    imani.page.goto(mail.url)
    amount = imani.amount_on_button("KWD")
    imani.press_pay(amount)
    imani.pay_with(ASKS_THE_BANK, email="imani@example.kw")
    imani.page.get_by_role("button", name="Approve").click()

    expect(imani.page.get_by_text("Your tab is settled.")).to_be_visible()
    expect(imani.page.get_by_text(amount).first).to_be_visible()
    assert re.fullmatch(r"KWD\s\d[\d,]*\.\d{3}", amount)
