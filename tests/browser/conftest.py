"""The whole product, really running, and the people who use it in real browsers."""

from __future__ import annotations

import os

import pytest

from config.run.browser import find_browser
from tests.house import House

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}
DESKTOP = {"width": 1440, "height": 900}
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """`make run` with data of its own: web, worker, beat, broker and the Stripe sandbox."""
    house = House(tmp_path_factory.mktemp("house") / "var").start().wait_until_up()
    yield house
    house.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM") or find_browser(),
        "args": [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET),
    }


@pytest.fixture
def someone(browser, house):
    """Opens a browser of its own for somebody: `someone(PHONE)` is a guest with a phone."""
    contexts = []

    def arrive(viewport=TABLET, **options):
        context = browser.new_context(
            viewport=viewport, base_url=house.address, reduced_motion="reduce", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(someone, house):
    """Signs somebody of the demo data in: `signed_in("larkspur", "staff")`."""

    def arrive(venue, role, viewport=TABLET, **options):
        login = next(
            each
            for each in house.demo["logins"]
            if venue in each["venue"].lower() and each["role"].lower() == role
        )
        page = someone(viewport, **options)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(login["email"])
        page.get_by_label("Password").fill(login["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/v/**")
        return page

    return arrive
