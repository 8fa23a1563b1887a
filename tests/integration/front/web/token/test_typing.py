"""Typing a card's code: which tab it leads to, and how guessing ends."""

from __future__ import annotations

import pytest
from django.test import Client

from orders.models import TabClaim
from orders.services import party
from tests.integration.front.web.token.conftest import SOON, way_to

pytestmark = pytest.mark.django_db


def test_typing_the_code_leads_to_the_tab(client, carded):
    page = client.post("/t/larkspur-coffee/find/", {"word": "mint", "number": "1"}, follow=True)

    assert page.redirect_chain[-1] == (way_to(carded), 303)
    assert page.templates[0].name == "front/live_bill.html"


def test_the_short_address_shows_the_form_with_what_the_card_says(client, larkspur):
    page = client.get("/t/larkspur-coffee/?token=MINT-42")

    assert page.templates[0].name == "front/find.html"
    assert 'value="MINT"' in page.content.decode()
    assert 'value="42"' in page.content.decode()


@pytest.mark.parametrize("place", ["Larkspur Coffee", "larkspur-coffee", " larkspur coffee "])
def test_without_an_address_the_place_is_typed_too(client, carded, place):
    page = client.post("/t/", {"venue": place, "word": "MINT", "number": "01"}, follow=True)

    assert page.redirect_chain[-1] == (way_to(carded), 303)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"word": "MINT", "number": "99"}, "There is no such card here"),
        ({"word": "", "number": ""}, "This field is required"),
        ({"word": "MINT", "number": "x" * 400}, "at most 4 characters"),
        ({"word": "<b>", "number": "1"}, "There is no such card here"),
    ],
)
def test_a_code_that_leads_nowhere_is_said_beside_the_field(client, carded, typed, words):
    answer = client.post("/t/larkspur-coffee/find/", typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_unknown_place_is_said_beside_the_field(client, carded):
    answer = client.post("/t/", {"venue": "Nowhere", "word": "MINT", "number": "1"})

    assert answer.status_code == 422
    assert "We know no place of that name" in answer.content.decode()


def test_a_resting_cards_code_says_so(client, larkspur, mint):
    page = client.post("/t/larkspur-coffee/find/", {"word": "PLUM", "number": "2"})

    assert "No tab on this card right now" in page.content.decode()


def test_guessing_codes_ends_soon(client, carded):
    answers = [
        client.post("/t/larkspur-coffee/find/", {"word": "MINT", "number": str(number)}).status_code
        for number in range(50, 64)
    ]

    assert answers[0] == 422
    assert answers[-1] == 429


def test_whoever_guessed_too_often_is_told_when_to_come_back(client, carded):
    for number in range(50, 62):
        client.post("/t/larkspur-coffee/find/", {"word": "MINT", "number": str(number)})

    answer = client.post("/t/larkspur-coffee/find/", {"word": "MINT", "number": "1"})

    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "Ask the staff, or try again in 10 minutes." in answer.content.decode()
    assert TabClaim.objects.count() == 0


def test_guessing_from_one_address_ends_too(carded):
    answers = [
        Client().post("/t/larkspur-coffee/find/", {"word": "MINT", "number": "99"}).status_code
        for _guess in range(61)
    ]

    assert answers[59:] == [422, 429]


@pytest.mark.parametrize("word", ["mint", "MINT-01", "mint 1", "\uff2d\uff29\uff2e\uff34"])
def test_a_code_is_read_however_it_is_typed(client, carded, word):
    page = client.post("/t/larkspur-coffee/find/", {"word": word, "number": "1"}, follow=True)

    assert page.redirect_chain[-1] == (way_to(carded), 303)


def test_a_typed_code_lets_nobody_in_beside_the_first_phone(first_phone, second_phone, carded):
    page = second_phone.post(
        "/t/larkspur-coffee/find/", {"word": "MINT", "number": "1"}, follow=True
    )

    assert page.templates[0].name == "front/claim.html"
    assert TabClaim.objects.count() == 1


def test_a_code_of_another_place_is_not_found_here(client, carded, odile):
    answer = client.post("/t/salon-odile/find/", {"word": "MINT", "number": "1"})

    assert answer.status_code == 422


def test_a_place_nobody_knows_has_no_form(client, db):
    assert client.get("/t/nowhere-cafe/find/").status_code == 404


def test_a_guest_cannot_change_the_address_that_is_there(first_phone, carded):
    answer = first_phone.post(f"{way_to(carded)}email/", {"email": "mallory@example.org"})

    carded.customer.refresh_from_db()
    assert answer.status_code == 422
    assert carded.customer.email == "donal@keane.example"


def test_a_card_that_moved_on_keeps_its_first_tab_apart(first_phone, carded, ada):
    party.change_card(tab_id=carded.id, by=ada, now=SOON, token_code="PLUM-02")

    page = first_phone.get(way_to(carded))

    assert "PLUM-02" in page.content.decode()
