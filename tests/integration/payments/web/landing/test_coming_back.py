"""After the card page: only what the bank's word supports, and thanks."""

from __future__ import annotations

import pytest

from payments.gateway.errors import Busy, CredentialsInvalid, NotFound, OutcomeUnknown
from payments.models import CheckoutAttempt, Payment, Receipt
from payments.rules.attempt_states import AttemptState
from payments.services import checkout
from tests.integration.payments.conftest import SOON
from tests.integration.payments.web.landing.conftest import other_link, pay_at_counter

pytestmark = pytest.mark.django_db


def poll(client, landing, version):
    return client.get(f"{landing}?v={version}", headers={"HX-Request": "true"})


# --- Coming back ---------------------------------------------------------------------------------
def test_paid_leads_to_thanks_and_is_recorded_once(client, book, attempt, landing, page):
    book.pay(attempt.session_id, at=SOON)

    answers = [client.get(landing) for _look in range(3)]

    assert {answer["Location"] for answer in answers} == {f"{page}paid/{attempt.id}/"}
    assert {answer.status_code for answer in answers} == {303}
    assert Payment.objects.count() == 1
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("error", [OutcomeUnknown, Busy, NotFound, CredentialsInvalid])
def test_while_nobody_can_say_it_is_being_checked(client, book, attempt, landing, error):
    book.pay(attempt.session_id, at=SOON)
    book.fail_before.append(error("away"))

    text = client.get(landing).content.decode()
    said = text.partition("<main")[2]

    assert "We’re checking with your bank" in text
    assert "This page updates by itself. Please don’t pay again meanwhile." in text
    assert "every 2s" in text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
    for word in ("failed", "try again", "Try again", "error"):
        assert word not in said


def test_the_page_asks_again_by_itself_and_finds_out(client, book, attempt, landing, page):
    book.fail_before.extend([OutcomeUnknown("away")] * 2)
    client.get(landing)
    still = poll(client, landing, "open-False")
    book.pay(attempt.session_id, at=SOON)
    news = poll(client, landing, "open-False")

    assert still.status_code == 204
    assert news["HX-Redirect"] == f"{page}paid/{attempt.id}/"


def test_news_that_is_no_payment_shows_the_page_afresh(client, book, attempt, landing):
    book.run_out(attempt.session_id)

    assert poll(client, landing, "open-True")["HX-Refresh"] == "true"


def test_the_webhook_may_have_been_first(client, book, attempt, landing, page):
    book.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)
    asked_before = len(book.calls)

    answer = client.get(landing)

    assert answer["Location"] == f"{page}paid/{attempt.id}/"
    assert len(book.calls) == asked_before


def test_an_unfinished_payment_leads_back_to_its_page(client, attempt, landing):
    text = client.get(landing).content.decode()

    assert "This payment is not finished yet" in text
    assert "Nothing was charged so far." in text
    assert f'href="{attempt.url}"' in text


def test_a_refused_card_says_that_nothing_was_charged(client, book, attempt, landing):
    book.decline(attempt.session_id, at=SOON)

    text = client.get(landing).content.decode()

    assert "The card said no" in text
    assert "Nothing was charged." in text


def test_money_on_its_way_needs_nothing_more(client, book, attempt, landing):
    book.start_bank_debit(attempt.session_id, at=SOON)

    text = client.get(landing).content.decode()

    assert "Your payment is on its way" in text
    assert "You don’t need to do anything more." in text


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (AttemptState.EXPIRED, "The payment page has run out"),
        (AttemptState.SUPERSEDED, "This payment page was closed"),
        (AttemptState.FAILED, "The bank said no"),
        (AttemptState.REFUSED, "The payment page could not be opened"),
    ],
)
def test_an_attempt_that_ended_says_how_and_that_nothing_was_charged(
    client, attempt, landing, state, title
):
    attempt.state = state
    attempt.save()

    text = client.get(landing).content.decode()

    assert title in text
    assert "othing was charged" in text
    assert "Back to your tab" in text
    assert "every 2s" not in text


def test_an_opening_without_an_answer_is_being_checked(client, page, book):
    book.fail_before.extend([OutcomeUnknown("timeout")] * 4)
    client.post(f"{page}payments/", {"mode": "all", "tip": "0", "shown": "2180"})
    lost = CheckoutAttempt.objects.get()

    text = client.get(f"{page}return/{lost.id}/").content.decode()

    assert "We’re checking with your bank" in text


def test_a_head_request_asks_nobody(client, book, attempt, landing):
    before = list(book.calls)

    client.head(landing)

    assert book.calls == before


@pytest.mark.parametrize("where", ["return", "paid"])
def test_an_attempt_of_another_tab_is_not_found(client, attempt, where, larkspur, ada):
    other = other_link(larkspur, ada)

    assert client.get(f"{other}{where}/{attempt.id}/").status_code == 404


def test_thanks_before_the_money_is_there_leads_back(client, page, attempt, landing):
    assert client.get(f"{page}paid/{attempt.id}/")["Location"] == landing


# --- Thanks --------------------------------------------------------------------------------------
def test_thanks_says_what_was_paid_when_how_and_what_is_left(client, page, attempt, paid):
    text = client.get(f"{page}paid/{attempt.id}/").content.decode()

    for words in (
        "Your part is paid.",
        "A receipt is on its way to p•••@example.org.",
        "Your part of it",
        "€10.00",
        "Tip to the team",
        "€1.00",
        "You paid",
        "€11.00",
        "Friday 6 March 2026",
        "Visa ending 4242",
        "R-2026-00001",
        "Still open on this tab",
        "€11.80",
    ):
        assert words in text
    assert "donal@example.org" not in text


def test_the_last_part_settles_the_tab(client, page, attempt, paid, closed_tab):
    pay_at_counter(closed_tab, 1180)

    text = client.get(f"{page}paid/{attempt.id}/").content.decode()

    assert "Your tab is settled." in text
    assert "Still open on this tab" not in text


def test_money_that_crossed_is_said_to_be_given_back(client, page, attempt, book, closed_tab):
    book.pay(attempt.session_id, at=SOON)
    pay_at_counter_without_looking(closed_tab, attempt)

    text = client.get(f"{page}paid/{attempt.id}/").content.decode()

    assert "€11.00 is on its way back to the card" in text


def pay_at_counter_without_looking(tab, attempt):
    """The whole tab is paid in cash in the moment in which the card payment goes through."""
    CheckoutAttempt.objects.update(state=AttemptState.EXPIRED)
    pay_at_counter(tab, 2180)
    CheckoutAttempt.objects.update(state=AttemptState.OPEN)
    checkout.refresh(attempt_id=attempt.id, now=SOON)
