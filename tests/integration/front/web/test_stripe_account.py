"""The page of a venue's Stripe account: for owners; a key is tried, kept and never shown."""

from __future__ import annotations

import pytest
from django.test import Client

from payments.models import MerchantAccount
from payments.services import accounts, closing
from tests import fakes
from tests.conftest import EVENING
from tests.staff import browser_of

pytestmark = pytest.mark.django_db
PAGE = "/v/larkspur-coffee/stripe/"
KEY = "rk_test_ofLarkspur"


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.mark.parametrize(
    ("somebody", "status"),
    [("ada", 403), ("niamh", 403), ("mallory", 404), ("stranger", 404), (None, 302)],
)
def test_it_is_for_owners_of_the_venue(request, larkspur, book, somebody, status):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()

    answers = {
        browser.get(PAGE).status_code,
        browser.post(PAGE, {"api_key": KEY}).status_code,
        browser.post(f"{PAGE}secret/").status_code,
        browser.post(f"{PAGE}ending/").status_code,
    }

    assert answers == {status}
    assert book.calls == []


def test_an_owner_connects_and_the_key_is_not_shown_again(olga, larkspur):
    browser = browser_of(olga)

    before = browser.get(PAGE).content.decode()
    done = browser.post(PAGE, {"api_key": KEY, "request_key": "once"})
    page = browser.get(PAGE).content.decode()

    assert "The account of this installation" in before
    assert (done.status_code, done["Location"]) == (303, PAGE)
    assert "A Stripe account" in page
    assert "rk_test_…spur" in page
    assert KEY not in page


def test_a_second_press_connects_once(olga, larkspur, book):
    browser = browser_of(olga)

    for _twice in range(2):
        browser.post(PAGE, {"api_key": KEY, "request_key": "once"})

    assert MerchantAccount.objects.filter(venue=larkspur).count() == 1
    assert len(book.endpoints) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "required"), ("pk_test_ofLarkspur", "That is no secret key"), (KEY, "does not take")],
)
def test_a_key_that_is_none_is_explained_and_not_shown(olga, larkspur, book, typed, said):
    book.revoked.add(KEY)

    answer = browser_of(olga).post(PAGE, {"api_key": typed})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' not in page or not typed
    assert accounts.account_of(larkspur).is_house


def test_the_secret_is_renewed_and_the_account_left(olga, larkspur, book):
    browser = browser_of(olga)
    browser.post(PAGE, {"api_key": KEY})

    renewed = browser.post(f"{PAGE}secret/", {"request_key": "b"}, follow=True).content.decode()
    left = browser.post(f"{PAGE}ending/", follow=True).content.decode()

    assert "The old secret is good until" in renewed
    assert len(book.endpoints) == 2
    assert "The account of this installation" in left


def test_a_refused_key_is_said_on_the_page(olga, larkspur, book):
    browser = browser_of(olga)
    browser.post(PAGE, {"api_key": KEY})
    MerchantAccount.objects.filter(venue=larkspur).update(refused_because="api_key_expired")

    page = browser.get(PAGE).content.decode()

    assert "Stripe does not take the key any more" in page


def test_staff_and_guests_are_told_that_cards_are_off(olga, ada, larkspur, tab):
    browser = browser_of(olga)
    browser.post(PAGE, {"api_key": KEY})
    MerchantAccount.objects.filter(venue=larkspur).update(refused_because="api_key_expired")
    token = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).token

    board = browser_of(ada).get("/v/larkspur-coffee/").content.decode()
    bill = Client().get(f"/p/{token}/").content.decode()

    assert "Card payments are off" in board
    assert "Card payments do not work here right now" in bill


def test_where_another_account_is_refused_nothing_is_said(olga, ada, larkspur):
    browser_of(olga).post(PAGE, {"api_key": KEY})
    MerchantAccount.objects.filter(id=accounts.house_account().id).update(refused_because="gone")

    assert (
        "Card payments are off" not in browser_of(ada).get("/v/larkspur-coffee/").content.decode()
    )
