"""A guest books, moves and cancels by themselves, on a phone and at a desk; and how that looks."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import FINDINGS, SETTLED, WIDTHS, look, violations

SERVICE = "Scalp detox"


def book(page, name):
    """From the list of services to the page of the booking; the pages seen on the way."""
    seen = ["/book/odile/"]
    page.goto("/book/odile/")
    page.get_by_role("link", name=SERVICE).click()
    seen.append(page.url)
    page.locator("#times li a").last.click()
    page.get_by_label("Your name").wait_for()
    seen.append(page.url)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your email").fill(f"{name.split()[0].lower()}@example.org")
    agreed = page.locator("[name=agreed]")
    if agreed.count():
        agreed.check()
    page.get_by_role("button", name="Book").click()
    page.get_by_text("You are booked").wait_for()
    return [*seen, page.url, f"{page.url}moving/", f"{page.url}cancellation/"]


@pytest.mark.parametrize(
    ("size", "options"),
    [(PHONE, {}), (DESKTOP, {}), (PHONE, {"java_script_enabled": False})],
    ids=["phone", "desktop", "without-javascript"],
)
def test_a_guest_books_moves_and_cancels(someone, size, options):
    page = someone(size, **options)
    own = book(page, f"Guest {size['width']} {len(options)}")[3]
    before = page.locator(".facts dd").nth(1).inner_text()

    page.get_by_role("link", name="Move it").click()
    page.locator("#times li a").first.click()
    page.get_by_role("button", name="Move to").click()
    page.wait_for_url(own)
    moved = page.locator(".facts").inner_text()
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_role("button", name="Cancel my booking").click()

    page.get_by_text("This booking is cancelled").wait_for()
    assert before not in moved
    assert page.get_by_role("link", name="Move it").count() == 0


def test_choosing_a_person_shows_their_times_at_once(someone):
    page = someone(PHONE)
    page.goto("/book/odile/")
    page.get_by_role("link", name=SERVICE).click()

    with page.expect_response(lambda answer: "person=" in answer.url):
        page.get_by_label("With").select_option(index=1)

    page.wait_for_url(re.compile("person="))
    page.locator("#times li a").first.click()
    assert " with " in page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")],
    ids=["phone-light", "phone-dark", "desktop-light"],
)
def test_axe_finds_nothing_on_booking_pages(someone, size, scheme):
    page = someone(size, color_scheme=scheme)
    pages = book(page, f"Axe {scheme} {size['width']}")

    found = {}
    for path in [*pages, "/b/nothing/", "/book/larkspur/"]:
        assert look(page, path) is not None, path
        if wrong := violations(page):
            found[path] = wrong

    assert found == {}


def test_booking_pages_fit_every_width(someone):
    page = someone(PHONE)
    found = {}
    for path in book(page, "Wide Guest"):
        assert look(page, path) is not None, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            if wrong := page.evaluate(FINDINGS):
                found[path, width] = wrong

    assert found == {}
