"""Every page at every size, light and dark: nothing overflows or is too small, axe is silent."""

from __future__ import annotations

import json
import urllib.request
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, TABLET

WIDTHS = (320, 360, 390, 430, 540, 640, 720, 768, 820, 912, 1024, 1180, 1280, 1440, 1920)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What stands out of the window although the window could hold it, and what no finger could hit.
FINDINGS = """() => {
  const width = document.documentElement.clientWidth, found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > width) found.push(`page ${wide} > ${width}`);
  const scrolls =
    '.chips, .visually-hidden, .skip, .scroll-x, .loadbar, .toasts, .tsheet-wrap, pre';
  const targets =
    'button, a.btn, a.chip, select, summary, a.link, a.rail__link, input:not([type=hidden])';
  for (const each of document.querySelectorAll('body *')) {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    if (!box.width || style.visibility === 'hidden' || each.closest(scrolls)) continue;
    const words = each.textContent.trim().slice(0, 24);
    const name = `${each.localName}.${each.className} "${words}"`;
    if (box.right > width + 1 && style.position !== 'fixed') found.push(`out ${name}`);
    // A stepper's number stands between two buttons that are large enough.
    if (!each.matches(targets) || each.closest('label') || each.matches('.qty input')) continue;
    if (box.height < 43.5 || box.width < 43.5)
      found.push(`small ${Math.round(box.width)}x${Math.round(box.height)} ${name}`);
  }
  return [...new Set(found)].slice(0, 6);
}"""
# With reduced motion a width still takes a millisecond to change.
SETTLED = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))"


class Software:
    """Another program at the café, which speaks to the API."""

    def __init__(self, house):
        self.address, self.key = house.address, house.demo["api_key"]

    def ask(self, path):
        return self._send(urllib.request.Request(f"{self.address}/api/v1/{path}"))

    def tell(self, path, body):
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())},
            method="POST",
        )
        return self._send(request)

    def _send(self, request):
        request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def software(house):
    return Software(house)


@pytest.fixture(scope="module")
def tabs(software):
    """One tab of each state that the demo data of the café holds."""
    found = {
        status: software.ask(f"tabs/?status={status}")["results"][0]
        for status in ("open", "closed", "settled", "void")
    }
    return {status: software.ask(f"tabs/{tab['id']}/") for status, tab in found.items()}


@pytest.fixture
def guest_pages(software):
    """Where a guest may stand: bills of an open, a closed and a settled tab, and dead ends."""
    items = software.ask("catalogue/?available=true")["results"]
    plain = [item["id"] for item in items if not item["modifiers"]][:3]
    links = {}
    for state in ("open", "closed", "settled"):
        tab = software.tell("tabs/", {"venue": "larkspur", "label": f"Table of the {state}"})
        software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
        links[state] = tab["guest_url"]
        if state == "open":
            continue
        bill = software.tell(f"tabs/{tab['id']}/closure/", {})
        links[state] = bill["payment_link"]
        if state == "settled":
            paid = {"method": "cash", "amount": bill["totals"]["total"]}
            bill = software.tell(f"tabs/{tab['id']}/counter-payments/", paid)
            receipt = bill["payments"][0]["receipt_id"]
            links["receipt"] = f"{links[state]}receipts/{receipt}/"
    kept = {"venue": "larkspur", "customer": {"email": f"{uuid.uuid4().hex}@example.org"}}
    tab = software.tell("tabs/", kept)
    software.tell(f"tabs/{tab['id']}/lines/", [{"item": item} for item in plain])
    bill = software.tell(f"tabs/{tab['id']}/closure/", {})
    links["card on file"] = f"{bill['payment_link']}card/"
    return {
        **links,
        "sign-in": "/accounts/login/",
        "unknown link": "/p/nothing-opens-with-this/",
        "unknown page": "/nowhere/",
        "code by hand": "/t/larkspur/",
    }


def staff_pages(tabs):
    at = "/v/larkspur"
    yield from (f"{at}/", f"{at}/?open=1", f"{at}/?all=1", f"{at}/menu/")
    yield from (f"{at}/tabs/{tabs['open']['id']}/pad/", "/outbox/")
    yield from (f"{at}/till/", f"{at}/till/count/", f"{at}/disputes/", f"{at}/books/")
    yield f"{at}/more/"
    yield from (f"{at}/tokens/{path}" for path in ("", "new/", "cards/", "cards/1/", "cards/2/"))
    yield f"{at}/tokens/tabs/{tabs['open']['id']}/"
    for tab in tabs.values():
        yield f"{at}/tabs/{tab['id']}/"
    for dialog in ("closure", "counter", "link", "guest", "place", "reopening", "voiding"):
        yield f"{at}/tabs/{tabs['closed' if dialog != 'closure' else 'open']['id']}/{dialog}/"
    for dialog in ("comp", "discount", "transfer", "merging", "split"):
        yield f"{at}/tabs/{tabs['open']['id']}/{dialog}/"
    settled = tabs["settled"]
    yield f"{at}/tabs/{tabs['closed']['id']}/purchase-order/"
    yield f"{at}/tabs/{settled['id']}/receipts/{settled['payments'][0]['receipt_id']}/mail/"


def look(page, path):
    """Open a page; what is wrong with it at the size it has now."""
    answer = page.goto(path)
    if answer.status not in {200, 404}:
        return None
    page.evaluate("document.fonts.ready")
    page.evaluate(SETTLED)
    return page.evaluate(FINDINGS)


def violations(page):
    results = Axe().run(page, options={"runOnly": RULES})
    return [(each["id"], each["nodes"][0]["target"]) for each in results.response["violations"]]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (TABLET, "dark"), (DESKTOP, "light")],
    ids=["phone-light", "phone-dark", "tablet-dark", "desktop-light"],
)
def test_axe_finds_nothing_on_staff_pages(signed_in, tabs, size, scheme):
    page = signed_in("larkspur", "manager", size, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    found, heard = {}, []
    for path in staff_pages(tabs):
        assert look(page, path) is not None, path
        heard += said
        if wrong := violations(page):
            found[path] = wrong
        # The checker itself writes styles, which the page's policy rightly blocks.
        page.goto("about:blank")
        said.clear()

    assert found == {}
    assert heard == []


def test_staff_pages_fit_every_width(signed_in, tabs):
    page = signed_in("larkspur", "manager")
    found = {}
    for path in staff_pages(tabs):
        assert look(page, path) is not None, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            if wrong := page.evaluate(FINDINGS):
                found[path, width] = wrong

    assert found == {}


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")],
    ids=["phone-light", "phone-dark", "desktop-light"],
)
def test_axe_finds_nothing_on_guest_pages(someone, guest_pages, size, scheme):
    page = someone(size, color_scheme=scheme)
    found = {}
    for name, path in guest_pages.items():
        assert look(page, path) is not None, name
        if wrong := violations(page):
            found[name] = wrong

    assert found == {}


def test_guest_pages_fit_every_width(someone, guest_pages):
    page = someone(PHONE)
    found = {}
    for name, path in guest_pages.items():
        assert look(page, path) is not None, name
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            if wrong := page.evaluate(FINDINGS):
                found[name, width] = wrong

    assert found == {}
