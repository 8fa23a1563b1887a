"""The hosted page: what it shows, and that nobody pays on it twice."""

from __future__ import annotations

import threading

import pytest
import requests

from tests.contract.sandbox_world import ALWAYS_ASKS, DECLINED, GOOD, open_world

ARRIVES, FAILS = "AT611904300234573201", "AT861904300235473202"


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "security code is incorrect"),
        ("4111111111111111", "not one of the test numbers"),
    ],
)
def test_each_refusal_has_its_own_words(world, number, words):
    session = world.session()

    answer = world.press_pay(session.url, number)

    assert answer.status_code == 200
    assert words in answer.text.replace("&#x27;", "'")


def test_a_card_chosen_from_the_list_counts_when_no_number_is_typed(world):
    session = world.session()

    form = {"email": "grace@example.org", "card": DECLINED, "number": ""}
    answer = world.submit(session.url, form)

    assert "Your card was declined." in answer.text


def test_the_bank_may_ask_and_be_told_yes(world):
    session = world.session()

    asked = world.press_pay(session.url, ALWAYS_ASKS)
    waiting = world.fetch(session.id).payment_intent
    page = requests.get(world.url + asked.headers["Location"], timeout=5)
    answer = world.press_bank(world.url + asked.headers["Location"])

    assert asked.headers["Location"] == f"/c/bank/{waiting.id}"
    assert waiting.status == "requires_action"
    assert waiting.next_action.redirect_to_url.url == world.url + asked.headers["Location"]
    assert "€12.50" in page.text
    assert answer.headers["Location"].endswith(session.id)
    secure = world.fetch(session.id).payment_intent.latest_charge.payment_method_details.card
    assert secure.three_d_secure.result == "authenticated"


def test_the_bank_may_ask_and_be_told_no(world):
    session = world.session()
    asked = world.press_pay(session.url, ALWAYS_ASKS)

    refused = world.press_bank(world.url + asked.headers["Location"], "fail")

    error = world.fetch(session.id).payment_intent.last_payment_error
    assert refused.status_code == 200
    assert "unable to authenticate" in refused.text
    assert error.code == "payment_intent_authentication_failure"
    assert world.press_pay(session.url).status_code == 303


def test_two_presses_at_once_charge_once(world):
    session = world.session()
    answers = []
    presses = [
        threading.Thread(target=lambda: answers.append(world.press_pay(session.url)))
        for _ in range(6)
    ]

    for press in presses:
        press.start()
    for press in presses:
        press.join()

    assert [answer.status_code for answer in answers] == [303] * 6
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(world.stripe.charges.list().data) == 1


def test_a_decline_at_the_same_time_does_not_reopen_what_was_paid(world):
    sessions = [world.session() for _ in range(5)]
    presses = [
        threading.Thread(target=world.press_pay, args=(session.url, number))
        for session in sessions
        for number in (GOOD, DECLINED, GOOD, DECLINED)
    ]

    for press in presses:
        press.start()
    for press in presses:
        press.join()

    assert {world.fetch(session.id).status for session in sessions} == {"complete"}
    charges = world.stripe.charges.list({"limit": 100}).data
    assert len([charge for charge in charges if charge.paid]) == 5


def test_a_paid_page_says_so_and_leads_back(world):
    session = world.session()
    world.press_pay(session.url)

    page = requests.get(session.url, timeout=5)

    assert page.status_code == 200
    assert "Already paid" in page.text


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (1250, "eur", "€12.50"),
        (12000, "krw", "₩12,000"),
        (3500, "kwd", "KWD 3.500"),
        (150000, "isk", "ISK 1,500"),
        (200000, "usd", "$2,000.00"),
    ],
)
def test_the_total_is_shown_in_the_currencys_own_decimals(world, amount, currency, shown):
    session = world.session(amount=amount, currency=currency)

    assert f"Pay {shown}" in requests.get(session.url, timeout=5).text


def test_the_page_escapes_what_it_shows_and_loads_nothing(world):
    name = '<script>alert("1")</script>'
    line = {
        "quantity": 2,
        "price_data": {"currency": "eur", "unit_amount": 300, "product_data": {"name": name}},
    }
    session = world.session(line_items=[line], customer_email="grace@example.org")

    page = requests.get(session.url, timeout=5)

    policy = page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert 'value="grace@example.org"' in page.text
    assert "Test mode." in page.text
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9" in policy


def test_a_bank_debit_is_agreed_to_at_once_and_paid_later(world):
    session = world.session(allowed_payment_method_types=["card", "sepa_debit"])

    world.press_pay(session.url, ARRIVES)
    agreed = world.fetch(session.id)
    world.control("clock", advance=120)

    paid = world.fetch(session.id)
    assert (agreed.status, agreed.payment_status) == ("complete", "unpaid")
    assert agreed.payment_intent.status == "processing"
    assert agreed.payment_intent.latest_charge.status == "pending"
    assert (paid.payment_status, paid.payment_intent.status) == ("paid", "succeeded")
    assert paid.payment_intent.latest_charge.payment_method_details.sepa_debit.last4 == "3201"
    world.shop.wait_for("payment_intent.processing")
    world.shop.wait_for("checkout.session.async_payment_succeeded")


def test_a_bank_debit_may_come_back_unpaid(world):
    session = world.session(allowed_payment_method_types=["sepa_debit"])

    world.press_pay(session.url, FAILS)
    world.control("clock", advance=120)

    failed = world.fetch(session.id)
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.status == "requires_payment_method"
    assert failed.payment_intent.latest_charge.status == "failed"
    world.shop.wait_for("checkout.session.async_payment_failed")


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, True),
        ({"allowed_payment_method_types": ["card"]}, False),
        ({"excluded_payment_method_types": ["sepa_debit"]}, False),
        ({"currency": "gbp"}, False),
    ],
)
def test_a_bank_debit_is_offered_where_it_is_allowed_and_in_euros(world, more, offered):
    session = world.session(**({"allowed_payment_method_types": None} | more))

    page = world.press_pay(session.url, ARRIVES)

    assert ("sepa_debit" in session.payment_method_types) is offered
    assert (page.status_code == 303) is offered


def test_another_card_can_be_taken_instead_of_answering_the_bank(world):
    session = world.session()
    asked = world.press_pay(session.url, ALWAYS_ASKS)

    paid = world.press_pay(session.url, GOOD)
    late = world.press_bank(world.url + asked.headers["Location"])

    assert (paid.status_code, late.status_code) == (303, 303)
    assert len(world.stripe.charges.list().data) == 1
