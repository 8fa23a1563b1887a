"""Coming in to a bill by what was printed, typed, read out or allowed; and not coming in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.paper import codes_on, pages_of, sizes_of

CARDS = "/v/larkspur/tokens/"
# A phone asks every four seconds; a busy machine takes longer.
BY_ITSELF = 20_000
A4, LETTER = (210, 297), (216, 279)


def printed(page: Page) -> bytes:
    """What the printer gets of a page."""
    page.evaluate("document.fonts.ready")
    return page.pdf(prefer_css_page_size=True)


def scanned(page: Page) -> str:
    """The one code that stands on a page's print, as a camera reads it."""
    (sheet,) = pages_of(printed(page))
    address: str
    (address,) = codes_on(sheet)
    return address


@pytest.fixture
def ana(signed_in):
    """Ana stands behind the counter."""
    return signed_in("larkspur", "staff")


@pytest.fixture
def niamh(signed_in):
    """Niamh may also change the cards."""
    return signed_in("larkspur", "manager")


@pytest.fixture
def code(ana):
    """The card of a tab that Ana has just opened, such as MINT-42; she looks at the tab."""
    return open_a_tab(ana, card=True)


@pytest.fixture
def first(someone, ana, code):
    """The first phone: it scanned the card."""
    phone = someone(PHONE)
    phone.goto(scan(ana, code))
    expect_bill(phone)
    return phone


@pytest.fixture
def second(someone):
    """The phone of somebody else."""
    return someone(PHONE)


def open_a_tab(page: Page, *, card: bool) -> str:
    page.goto("/v/larkspur/?open=1")
    code = page.locator("input[name=token]:checked").get_attribute("value") or ""
    if not card:
        page.get_by_text("Another card, or none").click()
        page.get_by_text("No card", exact=True).click()
    page.get_by_label("Table or place").fill("Table 8")
    page.get_by_role("button", name="Open the tab").click()
    page.wait_for_url("**/pad/")
    page.goto(page.url.removesuffix("pad/"))
    return code


def scan(page: Page, code: str) -> str:
    """What the printed card says; the page is back where it was."""
    before, number = page.url, int(code.partition("-")[2])
    page.goto(f"{CARDS}?first={number}&last={number}")
    address = scanned(page)
    page.goto(before)
    return address


def expect_bill(phone: Page) -> None:
    heading = phone.get_by_role("heading", name=re.compile("^Your tab"))
    expect(heading).to_be_attached(timeout=BY_ITSELF)


def expect_asked(phone: Page) -> None:
    expect(phone.get_by_role("heading", name="Another phone has this tab")).to_be_visible(
        timeout=BY_ITSELF
    )


def type_code(phone: Page, word: str, number: str) -> None:
    phone.goto("/t/larkspur/")
    phone.get_by_label("Word").fill(word)
    phone.get_by_label("Number").fill(number)
    phone.get_by_role("button", name="Find my tab").click()


def type_digits(phone: Page, digits: str) -> None:
    phone.get_by_label("Four digits").fill(digits)
    phone.get_by_role("button", name="Show me the bill").click()


def share_code_of(phone: Page) -> str:
    return phone.locator("section", has_text="Sharing the tab?").locator("b").inner_text()


# --- On paper ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wish", "size"),
    [("paper=a4&ink=colour", A4), ("paper=letter&ink=card", LETTER)],
    ids=["a4-colour", "letter-black"],
)
def test_the_printed_page_says_what_the_pdf_says(niamh, wish, size):
    niamh.goto(f"{CARDS}?{wish}")
    with niamh.expect_download() as downloading:
        niamh.get_by_role("link", name="This sheet as PDF").click()

    print_out, pdf = printed(niamh), downloading.value.path().read_bytes()

    assert sizes_of(print_out) == sizes_of(pdf) == [size]
    (sheet,), (drawn,) = pages_of(print_out), pages_of(pdf)
    assert len(set(codes_on(sheet))) == 10
    assert codes_on(sheet) == codes_on(drawn)


def test_paper_and_ink_change_with_one_tap(niamh):
    niamh.goto(CARDS)

    niamh.get_by_text("US Letter").click()
    expect(niamh.locator(".tsheet[data-paper=letter]")).to_be_visible()
    niamh.get_by_text("On coloured card").click()

    expect(niamh.locator(".tsheet[data-paper=letter][data-ink=card]")).to_be_visible()
    expect(niamh).to_have_url(re.compile(r"paper=letter&ink=card"))


# --- By scanning ---------------------------------------------------------------------------------
def test_a_scanned_card_lets_the_first_phone_in_and_no_other(ana, code, first, second):
    second.goto(scan(ana, code))

    expect_asked(second)
    ana.reload()
    expect(ana.get_by_text("1 phone was let in.")).to_be_visible()
    expect(ana.get_by_text("First to scan")).to_be_visible()


def test_an_earlier_print_is_refused_kindly(niamh, ana, code, second):
    before = scan(ana, code)
    niamh.goto(f"{CARDS}cards/?q={code}")
    niamh.locator(".rows a").click()
    niamh.get_by_role("button", name=f"Give {code} a new code").click()
    expect(niamh.get_by_text(f"{code} has a new code.")).to_be_visible()
    after = scanned(niamh)

    second.goto(before)
    expect(second.get_by_text("There is a newer print of this card")).to_be_visible()
    second.goto(after)

    expect_bill(second)


def test_a_tab_without_a_card_is_scanned_from_a_slip(ana, someone):
    open_a_tab(ana, card=False)
    ana.get_by_role("link", name="Show the bill’s code").click()
    ana.get_by_role("link", name="58 mm").click()
    expect(ana.locator(".slip[data-width='58']")).to_be_visible()
    slip = printed(ana)
    address = scanned(ana)

    phones = [someone(PHONE), someone(PHONE)]
    for phone in phones:
        phone.goto(address)

    assert sizes_of(slip) == [(58, 96)]
    expect_bill(phones[0])
    expect_asked(phones[1])


# --- By typing -----------------------------------------------------------------------------------
def test_a_typed_code_lets_the_first_phone_in_and_no_other(code, someone, second):
    word, number = code.split("-")
    typing = someone(PHONE, java_script_enabled=False)
    type_code(typing, word.lower(), number)
    expect_bill(typing)

    type_code(second, f"{word} {number}", number)
    expect_asked(second)
    type_code(second, "GUESS", "1")

    expect(second.get_by_text("There is no such card here.").first).to_be_visible()


# --- By the share code ---------------------------------------------------------------------------
def test_a_friend_types_the_digits_and_a_stranger_guesses(first, ana, code, second, someone):
    digits = share_code_of(first)
    wrong = f"{(int(digits) + 1) % 10_000:04d}"
    stranger = someone(PHONE)
    for phone in (second, stranger):
        phone.goto(scan(ana, code))

    type_digits(second, digits)
    for _try in range(5):
        type_digits(stranger, wrong)
        expect(stranger.get_by_text("That is not the code.")).to_be_visible()
    type_digits(stranger, digits)

    expect_bill(second)
    expect(stranger.get_by_text("or try again in 10 minutes")).to_be_visible()
    expect_asked(stranger)


# --- By the staff --------------------------------------------------------------------------------
def test_the_staff_let_one_phone_in_and_not_the_other(first, ana, code, second, someone):
    stranger = someone(PHONE)
    for phone, answer in ((stranger, "No"), (second, "Allow")):
        phone.goto(scan(ana, code))
        phone.get_by_role("button", name="Ask the staff to let me in").click()
        expect(phone.get_by_text("The staff have been asked")).to_be_visible()
        ana.reload()
        ana.get_by_role("button", name=answer, exact=True).click()

    # Neither phone was touched: each page says by itself what came of it.
    expect_bill(second)
    expect(stranger.get_by_text("The staff said no for now")).to_be_visible(timeout=BY_ITSELF)
    expect(ana.get_by_text("2 phones were let in.")).to_be_visible()
    expect(ana.get_by_text("Let in by Ana")).to_be_visible()


def test_the_staff_put_every_phone_out(first, ana, code, second):
    ana.reload()
    ana.get_by_role("button", name="Put every phone out").click()
    expect(ana.get_by_text("Every phone was put out.").first).to_be_visible()

    expect_asked(first)
    second.goto(scan(ana, code))
    expect_bill(second)
