"""The till's pages: who sees what, and counting with and without mistakes."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.kernel import clock
from config.kernel.money import Money
from payments.models import CashCount, CounterReversal
from payments.services import closing, till
from payments.services.till import Count
from tests.conftest import EVENING
from tests.factories import take_cash
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
TILL = "/v/larkspur-coffee/till/"
SOON = EVENING + timedelta(minutes=5)
TYPED = {"piece-5000": "2", "besides": "3,20", "opening": "100", "left": "100.00", "note": "Fine"}


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture
def paid_in_cash(tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    return take_cash(tab, by=ada, minor=320)


@pytest.fixture
def kept(larkspur, ada):
    nothing = Money.zero("EUR")
    count = Count(pieces={2000: 1}, besides=nothing, left=nothing, opening=nothing)
    return till.count_till(venue=larkspur, by=ada, count=count, request_key="a", now=EVENING)


@pytest.mark.parametrize(
    ("somebody", "status"),
    [("ada", 200), ("niamh", 200), ("olga", 200), ("mallory", 404), ("stranger", 404), (None, 302)],
)
def test_the_till_is_for_those_who_take_payments(request, kept, somebody, status):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()
    pages = [TILL, f"{TILL}count/", f"{TILL}{kept.id}/"]

    answers = {browser.get(page).status_code for page in pages}

    assert answers == {status}


@pytest.mark.parametrize("somebody", ["mallory", "stranger"])
def test_nobody_else_counts(request, larkspur, somebody):
    answer = browser_of(request.getfixturevalue(somebody)).post(
        f"{TILL}count/", TYPED | {"shown": "10320"}
    )

    assert answer.status_code == 404
    assert not CashCount.objects.exists()


def test_a_count_of_another_venue_is_not_there(sora, kept):
    answer = browser_of(sora).get(f"/v/salon-odile/till/{kept.id}/")

    assert answer.status_code == 404


def test_only_managers_see_what_should_be_there_before_it_is_counted(ada, niamh, paid_in_cash):
    of_staff = browser_of(ada).get(TILL).content.decode()
    of_managers = browser_of(niamh).get(TILL).content.decode()

    assert "€3.20" not in of_staff
    assert "€3.20" in of_managers


def test_it_is_added_up_first_and_kept_by_the_button_that_says_the_sum(ada, paid_in_cash):
    browser = browser_of(ada)

    added = browser.post(f"{TILL}count/", TYPED)
    shown = re.search(r'name="shown" value="(\d+)"', added.content.decode()).group(1)
    nothing_yet = CashCount.objects.exists()
    kept = browser.post(f"{TILL}count/", TYPED | {"shown": shown, "request_key": "once"})
    again = browser.post(f"{TILL}count/", TYPED | {"shown": shown, "request_key": "once"})

    count = CashCount.objects.get()
    assert (added.status_code, shown, nothing_yet) == (200, "10320", False)
    assert kept.status_code == again.status_code == 303
    assert kept["Location"] == again["Location"] == f"{TILL}{count.id}/"
    assert (count.counted.minor, count.taken.minor, count.difference.minor) == (10320, 320, 0)


def test_a_sum_that_changed_is_shown_again(ada, larkspur):
    answer = browser_of(ada).post(f"{TILL}count/", TYPED | {"shown": "1"})

    assert answer.status_code == 409
    assert "Check the sum once more" in answer.content.decode()
    assert not CashCount.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"piece-5000": "two"}, "whole number"),
        ({"piece-5000": "-1"}, "greater than or equal to 0"),
        ({"besides": "much"}, "Write an amount such as 12.50"),
        ({"left": ""}, "required"),
        ({"opening": ""}, "required"),
        ({"left": "900", "shown": "10320"}, "Only €103.20 is in the till."),
    ],
)
def test_what_was_typed_wrongly_stays_and_is_explained(ada, larkspur, wrong, said):
    answer = browser_of(ada).post(f"{TILL}count/", TYPED | wrong)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert said in page
    assert 'value="Fine"' in page
    assert not CashCount.objects.exists()


def test_the_sheet_says_what_was_there(ada, kept):
    page = browser_of(ada).get(f"{TILL}{kept.id}/").content.decode()

    assert "1 × €20" in page
    assert "€20.00 over" in page


def test_a_payment_is_taken_back_on_the_tabs_page(niamh, paid_in_cash, tab):
    browser = browser_of(niamh)
    address = to_tab(tab, "counter", paid_in_cash.id, "reversal")

    offered = browser.get(to_tab(tab)).content.decode()
    empty = browser.post(address, {"reason": ""})
    done = browser.post(address, {"reason": "Wrong tab"})
    again = browser.post(address, {"reason": "Wrong tab"})
    page = browser.get(to_tab(tab)).content.decode()

    assert address in offered
    assert (empty.status_code, done.status_code, again.status_code) == (422, 303, 303)
    assert CounterReversal.objects.count() == 1
    assert "Taken back by Niamh: Wrong tab" in page
    assert address not in page


def test_staff_are_not_offered_it(ada, paid_in_cash, tab):
    page = browser_of(ada).get(to_tab(tab)).content.decode()

    assert "reversal" not in page


def test_the_dialog_of_htmx_says_what_becomes_of_the_tab(niamh, paid_in_cash, tab):
    answer = htmx_of(niamh).get(to_tab(tab, "counter", paid_in_cash.id, "reversal"))

    assert answer["HX-Retarget"] == "#money-dialog"
    assert "owes it again" in answer.content.decode()


def test_a_card_payment_and_one_that_is_not_there_cannot_be_taken_back(niamh, paid_in_cash, tab):
    answer = browser_of(niamh).get(to_tab(tab, "counter", uuid4(), "reversal"))

    assert answer.status_code == 404
