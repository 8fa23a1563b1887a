"""The page of the books: for those who review money."""

from __future__ import annotations

import pytest
from django.test import Client

from payments.models import Difference
from payments.rules.differences import DifferenceKind
from payments.services import accounts
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db
PAGE = "/v/larkspur-coffee/books/"


@pytest.fixture
def difference(larkspur):
    return Difference.objects.create(
        account=accounts.house_account(),
        venue=larkspur,
        kind=DifferenceKind.PAYMENT_AMOUNT,
        subject="pi_1",
        theirs_minor=2000,
        ours_minor=2180,
        currency="EUR",
        found_at=EVENING,
    )


@pytest.mark.parametrize(
    ("somebody", "status"),
    [("ada", 403), ("niamh", 200), ("olga", 200), ("mallory", 404), ("stranger", 404), (None, 302)],
)
def test_it_is_for_those_who_review_money(request, difference, somebody, status):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()

    answers = [browser.get(page).status_code for page in (PAGE, f"{PAGE}{difference.pk}/")]

    assert answers == [status, status]


@pytest.mark.parametrize("somebody", ["ada", "mallory", "stranger"])
def test_nobody_else_sorts_anything_out(request, difference, somebody):
    browser_of(request.getfixturevalue(somebody)).post(
        f"{PAGE}{difference.pk}/", {"reason": "Nothing to see"}
    )

    difference.refresh_from_db()
    assert difference.sorted_at is None


def test_each_difference_stands_there_with_both_amounts_and_advice(niamh, difference):
    page = browser_of(niamh).get(PAGE).content.decode()

    assert "A payment has another amount at Stripe" in page
    assert "Stripe: €20.00" in page
    assert "here: €21.80" in page


def test_it_is_sorted_out_with_words(niamh, difference):
    browser = browser_of(niamh)
    address = f"{PAGE}{difference.pk}/"

    empty = browser.post(address, {"reason": ""})
    done = browser.post(address, {"reason": "Refunded at Stripe"})
    again = browser.post(address, {"reason": "Refunded at Stripe"})
    page = browser.get(PAGE).content.decode()

    assert (empty.status_code, done.status_code, again.status_code) == (422, 303, 303)
    assert "Niamh: Refunded at Stripe" in page
    assert "None: Stripe and your ledger agree." in page


def test_htmx_gets_a_dialog(niamh, difference):
    answer = htmx_of(niamh).get(f"{PAGE}{difference.pk}/")

    assert answer["HX-Retarget"] == "#dialog"


def test_another_venue_s_difference_is_not_there(sora, odile, difference):
    answer = browser_of(sora).get(f"/v/salon-odile/books/{difference.pk}/")

    assert answer.status_code == 404
