"""Every mail as its reader sees it: on a narrow phone and a wide window, by day and by night."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import fakes
from tests.every_mail import CALM, WILD, Story

# The browser's own loop runs in this thread, and has nothing to do with the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 800, "height": 700}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What stands out of the window, and what is printed over its own edge.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width)
    found.push(`page ${document.documentElement.scrollWidth} > ${width}`);
  for (const each of document.querySelectorAll('[role=article] *')) {
    const box = each.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1))
      found.push(`${each.localName}.${each.className} ${each.textContent.trim().slice(0, 24)}`);
  }
  return found.slice(0, 4);
}"""


@pytest.fixture
def mails(settings, monkeypatch):
    """Makes every mail of a story: its name, and the mail."""
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return lambda words: [
        (f"{name} {about}".strip(), mail) for name, about, mail in Story(words).mails()
    ]


@pytest.fixture
def letter(browser):
    """A mail program that fetches nothing; whatever a mail asks for all the same is kept."""
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()


def keep(page, name, mail):
    """For people: pictures by day and by night and the text, where KEEP_MAILS says."""
    if where := os.environ.get("KEEP_MAILS"):
        folder = Path(where)
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name} {scheme}.png", full_page=True)
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}")


@pytest.mark.parametrize("words", [CALM, WILD], ids=["calm", "wild"])
def test_every_mail_fits_and_fetches_nothing(mails, letter, words):
    page, asked = letter
    found = {}

    for name, mail in mails(words):
        page.set_content(mail.html)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            keep(page, f"{words['order'][:2]} {name} - {size['width']}", mail)
            if wrong := page.evaluate(OUTSIDE):
                found[name, size["width"]] = wrong

    assert found == {}
    assert asked == []


def test_every_mail_can_be_read_by_day_and_by_night(mails, letter):
    page, _asked = letter
    page.set_viewport_size(NARROW)
    found = {}

    for name, mail in mails(CALM):
        page.set_content(mail.html)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options={"runOnly": RULES})
            if wrong := [each["id"] for each in results.response["violations"]]:
                found[name, scheme] = wrong

    assert found == {}
