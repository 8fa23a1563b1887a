"""Pages of people, guests on file and a consultant's guests, at every size, light and dark."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.test_pages import FINDINGS, SETTLED, WIDTHS, look, violations

AT = "/v/larkspur"
SIZES = [(PHONE, "light"), (PHONE, "dark"), (TABLET, "dark"), (DESKTOP, "light")]
NAMES = ["phone-light", "phone-dark", "tablet-dark", "desktop-light"]
LISTED = (
    (f"{AT}/people/", r"/v/larkspur/people/\d+/role/"),
    (f"{AT}/people/", r"/v/larkspur/people/\d+/ending/"),
    (f"{AT}/people/", r"/v/larkspur/people/keys/[\w-]{36}/revocation/"),
    (f"{AT}/customers/", r"/v/larkspur/customers/[\w-]{36}/"),
    ("/outbox/", r"/outbox/[\w-]{36}/"),
)


def pages_of(page):
    """What an owner keeps; the keys of things are read off the lists that lead to them."""
    found = [
        f"{AT}/more/",
        f"{AT}/people/",
        f"{AT}/people/invitations/",
        f"{AT}/customers/",
        f"{AT}/customers/?q=donal",
        f"{AT}/customers/?q=nobody+here",
    ]
    for listed, wanted in LISTED:
        page.goto(listed)
        found.append(re.search(wanted, page.content())[0])
    guest = next(path for path in found if re.fullmatch(LISTED[3][1], path))
    page.goto(f"{guest}merge/?q=a")
    other = re.search(r'name="other" value="([\w-]{36})"', page.content())
    found += [f"{guest}entry/", f"{guest}merge/", f"{guest}merge/?q=a"]
    return [*found, f"{guest}merge/?other={other[1]}"] if other else found


@pytest.fixture
def invitation(signed_in):
    """The link in an invitation's mail."""
    owner = signed_in("larkspur", "owner")
    owner.goto(f"{AT}/people/invitations/")
    owner.get_by_label("Name").fill("Walker of Pages")
    address = f"walker{owner.evaluate('Date.now()')}@pages.example"
    owner.get_by_label("Email").fill(address)
    owner.get_by_role("button", name="Send the invitation").click()
    owner.get_by_text("Invitation sent to").first.wait_for()
    owner.goto("/outbox/")
    owner.get_by_role("link", name=re.compile("invites you to")).first.click()
    return re.search(r"/invitations/[\w-]{43}/", owner.content())[0]


@pytest.fixture
def studio_link(signed_in):
    """The pay page of a company that owes the studio."""
    page = signed_in("northfold", "manager")
    page.goto("/v/northfold/?all=1")
    page.get_by_role("link", name="Price list").first.click()
    page.get_by_role("button", name="Copy link or show code").click()
    return page.locator("#address").input_value()


@pytest.mark.parametrize(("size", "scheme"), SIZES, ids=NAMES)
def test_axe_finds_nothing_on_pages_of_people_and_guests(signed_in, size, scheme):
    page = signed_in("larkspur", "owner", size, color_scheme=scheme)
    found = {}
    for path in pages_of(page):
        assert look(page, path) is not None, path
        if wrong := violations(page):
            found[path] = wrong

    assert found == {}


def test_pages_of_people_and_guests_fit_every_width(signed_in):
    page = signed_in("larkspur", "owner")

    assert misfits(page, pages_of(page)) == {}


@pytest.mark.parametrize(("size", "scheme"), SIZES[:2] + SIZES[3:], ids=NAMES[:2] + NAMES[3:])
def test_axe_finds_nothing_where_companies_pay_and_people_come_in(
    someone, studio_link, invitation, size, scheme
):
    page = someone(size, color_scheme=scheme)
    found = {}
    for path in (studio_link, f"{studio_link}?way=bank", invitation):
        assert look(page, path) is not None, path
        if wrong := violations(page):
            found[path] = wrong

    assert found == {}


def test_pages_where_companies_pay_and_people_come_in_fit_every_width(
    someone, studio_link, invitation
):
    page = someone(PHONE)

    assert misfits(page, [studio_link, f"{studio_link}?way=bank", invitation]) == {}


def misfits(page, paths, widths=WIDTHS):
    """What does not fit, by page and width."""
    found = {}
    for path in paths:
        assert look(page, path) is not None, path
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SETTLED)
            if wrong := page.evaluate(FINDINGS):
                found[path, width] = wrong
    return found
