"""The pay page, asked: what each way to pay comes to."""

from __future__ import annotations

import pytest
from django.test import Client

from config.kernel.money import Money
from payments.models import CheckoutAttempt
from tests.integration.payments.web.pay_page import (
    ALL,
    ask,
    closed_at,
    press,
    shown_in,
)

pytestmark = pytest.mark.django_db


# --- How much ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "charge"),
    [
        ({}, 2180),
        ({"tip": "10"}, 2398),
        ({"tip": "other", "tip_amount": "3"}, 2480),
        ({"tip": "other", "tip_amount": "0"}, 2180),
        ({"tip": "0", "tip_amount": "3"}, 2180),
        ({"mode": "share"}, 1090),
        ({"mode": "share", "ways": "3"}, 727),
        ({"mode": "share", "ways": "3", "tip": "5"}, 763),
        ({"mode": "share", "ways": "3", "amount": "10,00"}, 1000),
        ({"mode": "all", "amount": "10.00", "ways": "7"}, 2180),
    ],
)
def test_the_server_works_out_every_choice(client, page, book, fields, charge):
    worked_out = shown_in(ask(client, page, **fields))
    answer = press(client, page, **fields, shown=str(charge))

    assert worked_out == charge
    assert answer["Location"] == "https://pages.example/cs_1"
    assert book.charges == {"cs_1": Money(charge, "EUR")}


def test_a_choice_comes_back_as_the_form_alone_for_htmx(client, page):
    answer = client.post(f"{page}quote/", ALL | {"tip": "10"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert text.lstrip().startswith("<form")
    assert 'id="quote"' in text
    assert 'id="paybar"' in text
    assert "Pay €23.98" in text


def test_asking_for_sums_reserves_nothing(client, page, book):
    ask(client, page, mode="share")

    assert book.calls == []
    assert CheckoutAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "everything"}, "everything is not one of the available choices"),
        ({"tip": "999"}, "999 is not one of the available choices"),
        ({"tip": "-5"}, "-5 is not one of the available choices"),
        ({"tip": "other"}, "Write your tip, or choose No tip."),
        ({"tip": "other", "tip_amount": "-3"}, "The amount must be more than zero."),
        ({"tip": "other", "tip_amount": "NaN"}, "Write an amount such as 12.50."),
        ({"mode": "share", "ways": "1"}, "greater than or equal to 2"),
        ({"mode": "share", "ways": "1e9"}, "Enter a whole number."),
        ({"mode": "share", "amount": "1.005"}, "Write an amount such as 12.50."),
        ({"mode": "share", "amount": "0"}, "The amount must be more than zero."),
        ({"mode": "share", "amount": "9" * 15}, "more than can be charged at once"),
        ({"email": "donal@"}, "Enter a valid email address."),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Enter a valid email address."),
        ({"shown": "lots"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_said_and_nothing_is_opened(client, page, book, fields, words):
    answer = press(client, page, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert book.calls == []


def test_input_is_kept_when_something_is_wrong(client, page):
    fields = {"mode": "share", "amount": "10.00", "tip": "other", "tip_amount": "nothing"}

    text = press(client, page, **fields).content.decode()

    assert 'value="share" checked' in text
    assert 'name="amount" value="10.00"' in text
    assert 'name="tip_amount" value="nothing"' in text
    assert 'value="other" checked' in text


@pytest.mark.parametrize(
    ("amount", "title"),
    [
        ("21.81", "That is more than what is left"),
        ("21.50", "That would leave too little for a card"),
        ("0.10", "That is too little for a card"),
    ],
)
def test_a_part_that_cannot_be_is_explained_and_has_no_button(client, page, book, amount, title):
    asked = ask(client, page, mode="share", amount=amount).content.decode()
    pressed = press(client, page, mode="share", amount=amount, shown="2180")

    assert title in asked
    assert 'name="shown"' not in asked
    assert pressed.status_code == 422
    assert title in pressed.content.decode()
    assert "€0." in pressed.content.decode() or "more than what is left" in asked
    assert book.calls == []


# --- My items ------------------------------------------------------------------------------------
def test_my_items_are_ticked_priced_and_opened(client, larkspur, ada):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=3)
    first, second, _third = tab.lines.in_order()
    ticked = {"mode": "items", "line": [str(first.id), str(second.id)]}

    quoted = client.post(f"/p/{token}/quote/", ticked).content.decode()
    answer = client.post(f"/p/{token}/payments/", ticked | {"shown": "1000"})

    assert "Your items" in quoted
    assert "Pay €10.00" in quoted
    assert quoted.count(" checked>") >= 3
    assert answer.status_code == 303


def test_an_item_of_somebody_else_is_taken_and_says_so(client, larkspur, ada):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=2)
    line = tab.lines.in_order()[0]
    wanted = {"mode": "items", "line": [str(line.id)], "shown": "500"}
    Client().post(f"/p/{token}/payments/", wanted)

    page = client.get(f"/p/{token}/").content.decode()
    answer = client.post(f"/p/{token}/payments/", wanted)

    assert page.count("Somebody else is paying for this, or has.") == 1
    assert f'value="{line.id}" disabled' in page
    assert answer.status_code == 422
    assert "One of these is taken" in answer.content.decode()


@pytest.mark.parametrize(
    "line", ["", "nonsense", "1' OR '1'='1", "00000000-0000-4000-8000-000000000000"]
)
def test_ticking_what_is_no_line_of_this_tab_is_ticking_nothing(client, larkspur, ada, line):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=2)

    answer = client.post(f"/p/{token}/payments/", {"mode": "items", "line": line, "shown": "500"})

    assert answer.status_code == 422
    assert "Which of these are yours?" in answer.content.decode()
    assert tab.checkout_attempts.count() == 0
