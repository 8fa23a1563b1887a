"""The daily summary's switch: under More, for those who look after the money, each their own."""

from __future__ import annotations

import pytest
from django.test import Client

from payments.models import SummaryWish
from tests.staff import browser_of

MORE = "/v/larkspur-coffee/more/"


def shown(browser):
    return " ".join(browser.get(MORE).content.decode().split())


def test_a_manager_switches_it_on_and_off(niamh, olga):
    browser = browser_of(niamh)

    assert browser.post(f"{MORE}summary/", {"wanted": "yes"}).status_code == 303
    assert "A summary comes after each day" in shown(browser)
    assert "Mailed to you after each day" in shown(browser)
    assert "The day’s money by mail, for you alone; off" in shown(browser_of(olga))

    browser.post(f"{MORE}summary/", {"wanted": "no"})

    assert "for you alone; off" in shown(browser)
    assert SummaryWish.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("mallory", 404), ("stranger", 404)])
def test_nobody_else_may(request, larkspur, who, status):
    browser = browser_of(request.getfixturevalue(who))

    assert browser.post(f"{MORE}summary/", {"wanted": "yes"}).status_code == status
    assert not SummaryWish.objects.exists()


def test_staff_are_not_offered_it(ada):
    assert "Daily summary" not in shown(browser_of(ada))


def test_whoever_is_not_signed_in_is_asked_to(larkspur):
    assert Client().post(f"{MORE}summary/").status_code == 302


def test_it_is_not_switched_by_looking(niamh):
    assert browser_of(niamh).get(f"{MORE}summary/").status_code == 405
