"""The pay page, pressed: one page for one press, and none by accident."""

from __future__ import annotations

import re

import pytest

from config.kernel.money import Money
from orders.rules.roles import Role
from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.models import CheckoutAttempt, GatewayOperation
from payments.rules.attempt_states import AttemptState
from payments.services import checkout, reopening
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.web.pay_page import (
    ALL,
    closed_at,
    let_in,
    press,
)

pytestmark = pytest.mark.django_db


# --- Pressing Pay --------------------------------------------------------------------------------
def test_pressing_twice_opens_one_page(client, page, book):
    answers = [press(client, page) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer["Location"] for answer in answers} == {"https://pages.example/cs_1"}
    assert list(book.pages) == ["cs_1"]


def test_the_card_page_knows_where_to_come_back_to(client, page, book, token):
    press(client, page)

    attempt = CheckoutAttempt.objects.get()
    words = GatewayOperation.objects.get().params
    assert words["success_url"] == f"http://testserver{page}return/{attempt.id}/"
    assert words["cancel_url"] == f"http://testserver{page}?left={attempt.id}"
    assert words["email"] == "donal@example.org"


def test_addresses_follow_the_request_where_nothing_else_is_set(client, page, settings):
    settings.PUBLIC_URL_FOLLOWS_REQUEST = True
    settings.ALLOWED_HOSTS = ["192.168.1.20"]

    client.post(f"{page}payments/", ALL, headers={"Host": "192.168.1.20:8000"})

    words = GatewayOperation.objects.get().params
    assert words["success_url"].startswith("http://192.168.1.20:8000/p/")


def test_a_friends_page_does_not_show_the_guests_address(friend, page, closed_tab):
    let_in(friend, page, closed_tab)

    press(friend, page)

    assert GatewayOperation.objects.get().params["email"] == ""


def test_the_address_a_payer_types_gets_the_receipt(friend, page, closed_tab):
    let_in(friend, page, closed_tab)

    press(friend, page, email="friend@example.org")

    assert CheckoutAttempt.objects.get().payer_email == "friend@example.org"


@pytest.mark.parametrize("shown", ["2100", "1", "0", ""])
def test_another_sum_than_shown_is_never_charged(client, page, book, shown):
    answer = press(client, page, tip="10", shown=shown)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The total is now €23.98" in text
    assert "Nothing was charged. Check the total, then press Pay again." in text
    assert re.search(r'value="10" checked', text)
    assert book.pages == {}


def test_money_others_are_paying_is_not_offered_twice(client, friend, page, book):
    press(friend, page)

    looked = client.get(page)
    pressed = press(client, page)

    text = looked.content.decode()
    assert "Somebody is paying €21.80 right now" in text
    assert "If they don’t finish, you can pay from 20:06." in text
    assert "Pay €" not in text
    assert pressed.status_code == 409
    assert "Somebody else is paying right now" in pressed.content.decode()
    assert list(book.pages) == ["cs_1"]


def test_what_others_leave_can_be_paid(client, friend, page, book):
    press(friend, page, mode="share", amount="10.00", shown="1000")

    text = client.get(page).content.decode()
    answer = press(client, page, shown="1180")

    assert "Somebody is paying €10.00 right now" in text
    assert "Pay €11.80" in text
    assert answer.status_code == 303
    assert book.charges["cs_2"] == Money(1180, "EUR")


def test_pressing_again_while_nobody_answers_gives_the_same_page(client, page, book):
    press(client, page)
    book.fail_before.append(OutcomeUnknown("timeout"))

    answer = press(client, page)

    assert answer["Location"] == "https://pages.example/cs_1"
    assert list(book.pages) == ["cs_1"]


def test_no_second_page_while_the_first_cannot_be_closed(client, page, book):
    press(client, page)
    book.fail_before.append(CredentialsInvalid("no such key"))

    answer = press(client, page, tip="10", shown="2398")

    assert answer.status_code == 422
    assert "Nothing was charged." in answer.content.decode()
    assert list(book.pages) == ["cs_1"]


def test_a_changed_choice_closes_the_page_before(client, page, book):
    press(client, page)
    press(client, page, tip="10", shown="2398")

    states = list(
        CheckoutAttempt.objects.order_by("created_at", "tip_minor").values_list("state", flat=True)
    )
    assert states == ["superseded", "open"]


def test_no_answer_is_not_called_failed(client, page, book):
    book.fail_before.extend([OutcomeUnknown("timeout")] * 4)

    answer = press(client, page)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "We can’t reach the payment page" in text
    assert "Nothing was charged." in text
    assert CheckoutAttempt.objects.get().state == AttemptState.PREPARED


def test_refused_keys_lead_to_the_counter(client, page, book):
    book.fail_before.append(CredentialsInvalid("no such key"))

    text = press(client, page).content.decode()

    assert "Card payments do not work here right now" in text
    assert "no such key" not in text


def test_coming_back_without_paying_says_that_nothing_was_charged(client, page, book):
    press(client, page)
    attempt = CheckoutAttempt.objects.get()

    text = client.get(f"{page}?left={attempt.id}").content.decode()

    assert "You’re back, and nothing was charged" in text
    assert "Pay €21.80" in text


def test_coming_back_after_a_refused_card_says_so(client, page, book):
    press(client, page)
    attempt = CheckoutAttempt.objects.get()
    book.decline(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    text = client.get(f"{page}?left={attempt.id}").content.decode()

    assert "The card said no" in text


def test_coming_back_to_a_page_that_was_paid_says_thanks(client, page, book, ada):
    press(client, page, mode="share", amount="10.00", shown="1000")
    attempt = CheckoutAttempt.objects.get()
    book.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    answer = client.get(f"{page}?left={attempt.id}")

    assert answer["Location"] == f"{page}paid/{attempt.id}/"


@pytest.mark.parametrize("left", ["", "x", "00000000-0000-0000-0000-000000000000", "1' OR 1=1"])
def test_a_made_up_attempt_in_the_address_says_nothing(client, page, left):
    answer = client.get(page, {"left": left})

    assert answer.status_code == 200
    assert "nothing was charged" not in answer.content.decode()


def test_an_attempt_of_another_tab_says_nothing(client, open_page, larkspur, ada):
    attempt = open_page()
    token, _tab = closed_at(larkspur, minor=500, by=ada)

    text = client.get(f"/p/{token}/?left={attempt.id}").content.decode()

    assert "nothing was charged" not in text


def test_coming_back_to_a_tab_that_was_reopened_says_that_nothing_was_charged(
    client, page, book, closed_tab, niamh
):
    press(client, page)
    attempt = CheckoutAttempt.objects.get()

    reopening.reopen_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="One more", now=LATER
    )
    text = client.get(f"{page}?left={attempt.id}").content.decode()

    assert "Your payment page was closed, and nothing was charged" in text
    assert "Nothing to pay right now" in text
