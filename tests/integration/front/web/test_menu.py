"""The menu at the counter: sold out and back with one tap."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db
MENU = "/v/larkspur-coffee/menu/"


def switch(item):
    return f"{MENU}items/{item.id}/availability/"


def test_everything_on_sale_is_listed_with_its_price(ada, scone, flat_white):
    page = browser_of(ada).get(MENU).content.decode()

    assert "Scone with jam" in page
    assert "€3.80" in page


def test_an_empty_menu_says_so(ada):
    assert "The menu is empty" in browser_of(ada).get(MENU).content.decode()


def test_one_tap_sells_out_and_one_brings_back(ada, scone):
    browser = browser_of(ada)

    browser.post(switch(scone), {"available": "no"})
    scone.refresh_from_db()
    gone = scone.is_available
    back = browser.post(switch(scone), {"available": "yes"})
    scone.refresh_from_db()

    assert (gone, scone.is_available) == (False, True)
    assert (back.status_code, back["Location"]) == (303, MENU)


def test_htmx_gets_the_row_and_a_toast(ada, scone):
    answer = htmx_of(ada).post(switch(scone), {"available": "no"}).content.decode()

    assert f'id="item-{scone.id}"' in answer
    assert "Back on" in answer
    assert "Scone with jam is sold out" in answer


def test_another_place_s_item_is_not_there(ada, mallory):
    cake = factories.make_item(mallory.memberships.get().venue, "Cake", 100)

    answer = browser_of(ada).post(switch(cake), {"available": "no"})

    cake.refresh_from_db()
    assert (answer.status_code, cake.is_available) == (404, True)


def test_a_longer_menu_asks_no_more(larkspur, ada, scone):
    browser = browser_of(ada)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(MENU)
        return len(queries)

    browser.get(MENU)
    one = asked()
    for name in ("Brownie", "Cake"):
        group = factories.make_group(larkspur, f"Cream for {name}", [("None", 0)])
        factories.make_item(larkspur, name, 100, section=name, groups=[group])

    assert asked() <= one + 1  # The modifiers of a group are read once there is a group.
