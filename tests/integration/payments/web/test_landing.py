"""After the card page: only what the bank's word supports, thanks, receipts, and mails again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import Message
from orders.services import links
from payments.gateway.errors import Busy, CredentialsInvalid, NotFound, OutcomeUnknown
from payments.models import CheckoutAttempt, Payment, Receipt
from payments.rules.accounts import CounterMethod
from payments.rules.attempt_states import AttemptState
from payments.services import checkout, closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON
from tests.paper import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(client, page, closed_tab):
    """€10.00 of the tab and €1.00 for the team, on a card page that is open."""
    fields = {"mode": "share", "amount": "10", "tip": "other", "tip_amount": "1", "shown": "1100"}
    client.post(f"{page}payments/", fields)
    return CheckoutAttempt.objects.get()


@pytest.fixture
def landing(page, attempt):
    return f"{page}return/{attempt.id}/"


@pytest.fixture
def paid(client, book, attempt, landing):
    """The receipt of that payment, once it was paid."""
    book.pay(attempt.session_id, email="payer@example.org", at=SOON)
    client.get(landing)
    return Receipt.objects.get()


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


# --- Receipts ------------------------------------------------------------------------------------
def test_a_receipt_can_be_printed(client, page, paid):
    text = client.get(f"{page}receipts/{paid.id}/").content.decode()

    assert "R-2026-00001" in text
    assert "Shakshuka" in text
    assert "data-print" in text
    assert "€11.00" in text


def test_a_receipt_of_another_tab_is_not_found(client, paid, larkspur, ada):
    other = other_link(larkspur, ada)

    assert client.get(f"{other}receipts/{paid.id}/").status_code == 404
    assert client.post(f"{other}receipts/{paid.id}/mail/").status_code == 404


def test_a_receipt_goes_out_again_once_an_hour(client, page, paid, evening):
    sent = Message.objects.filter(kind="receipt")
    first = client.post(f"{page}receipts/{paid.id}/mail/")
    client.post(f"{page}receipts/{paid.id}/mail/")
    within_the_hour = sent.count()
    evening[0] = SOON + timedelta(hours=1)
    client.post(f"{page}receipts/{paid.id}/mail/")

    assert "The receipt is on its way to p•••@example.org once more." in first.content.decode()
    assert within_the_hour == 2
    assert sent.count() == 3


def test_asking_for_a_receipt_over_and_over_ends(client, page, paid):
    answers = [client.post(f"{page}receipts/{paid.id}/mail/").status_code for _ask in range(4)]

    assert answers == [200, 200, 200, 429]


def test_a_receipt_with_an_address_goes_to_no_other(client, page, paid):
    client.post(f"{page}receipts/{paid.id}/mail/", {"email": "mallory@example.org"})

    assert not Message.objects.filter(to="mallory@example.org").exists()


def test_a_receipt_without_an_address_asks_for_one(client, page, attempt, paid):
    Receipt.objects.update(email="")

    asked = client.get(f"{page}paid/{attempt.id}/").content.decode()
    nothing = client.post(f"{page}receipts/{paid.id}/mail/", {"email": ""})
    nonsense = client.post(f"{page}receipts/{paid.id}/mail/", {"email": "nowhere"})
    given = client.post(f"{page}receipts/{paid.id}/mail/", {"email": "later@example.org"})

    assert "Email me the receipt" in asked
    assert (nothing.status_code, nonsense.status_code, given.status_code) == (422, 422, 200)
    assert "Please say where the receipt should go." in nothing.content.decode()
    assert Message.objects.filter(to="later@example.org", kind="receipt").count() == 1


# --- A fresh link --------------------------------------------------------------------------------
def test_a_link_that_ran_out_is_answered_by_mail_to_the_same_address(
    client, page, token, closed_tab
):
    links.revoke_all(tab_id=closed_tab.id, now=SOON)
    before = Message.objects.count()

    for _press in range(2):
        answer = client.post(f"{page}fresh/")

    assert answer.status_code == 200
    assert Message.objects.count() == before + 1
    assert Message.objects.latest("created_at").to == "donal@example.org"


def test_a_paid_tabs_link_is_answered_with_its_receipts(client, page, paid, closed_tab, evening):
    pay_at_counter(closed_tab, 1180)
    evening[0] = SOON + timedelta(days=91)
    before = Message.objects.count()

    client.post(f"{page}fresh/")

    fresh = Message.objects.order_by("-created_at")[: Message.objects.count() - before]
    assert {message.kind for message in fresh} == {"receipt"}
    assert len(fresh) == 2


def test_asking_tells_nobody_whether_there_was_such_a_tab(client, page, token):
    known = client.post(f"{page}fresh/")
    unknown = client.post(f"/p/{'x' * 43}/fresh/")

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content


def test_asking_over_and_over_ends(client, db):
    answers = [client.post(f"/p/guess-{number}/fresh/").status_code for number in range(21)]

    assert answers[0] == 200
    assert answers[-1] == 429


# --- Stripe's door -------------------------------------------------------------------------------
def test_stripes_door_has_its_address(client, db):
    answer = client.post("/hooks/stripe/00000000-0000-4000-8000-000000000001/", b"{}", "text/plain")

    assert answer.status_code == 400


def other_link(larkspur, ada):
    item = factories.make_item(larkspur, "Something else", 500)
    tab = factories.make_tab(larkspur, ada, item)
    return f"/p/{closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).token}/"


def pay_at_counter(tab, minor):
    taken = Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=tab.id, by=tab.opened_by, taken=taken, request_key=f"press-{minor}", now=SOON
    )


def pay_at_counter_without_looking(tab, attempt):
    """The whole tab is paid in cash in the moment in which the card payment goes through."""
    CheckoutAttempt.objects.update(state=AttemptState.EXPIRED)
    pay_at_counter(tab, 2180)
    CheckoutAttempt.objects.update(state=AttemptState.OPEN)
    checkout.refresh(attempt_id=attempt.id, now=SOON)


def test_a_receipt_comes_as_pdf(client, page, paid):
    answer = client.get(f"{page}receipts/{paid.id}.pdf")

    words = words_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{paid.label}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert f"Receipt {paid.label}" in words
    assert "Your part of it €10.00 Tip to the team €1.00 You paid €11.00" in words
    assert (
        f"{page}receipts/{paid.id}.pdf" in client.get(f"{page}receipts/{paid.id}/").content.decode()
    )


def test_the_mail_links_to_the_pdf(paid):
    mail = Message.objects.get(kind="receipt")

    assert f"[link]receipts/{paid.id}.pdf" in mail.text
    assert f'href="[link]receipts/{paid.id}.pdf"' in mail.html


def test_the_pdf_of_another_tab_is_not_found(client, paid, larkspur, ada):
    other = factories.make_tab(larkspur, ada)

    token = links.mint(tab_id=other.id, now=EVENING)

    assert client.get(f"/p/{token}/receipts/{paid.id}.pdf").status_code == 404
    assert client.get(f"/p/nothing/receipts/{paid.id}.pdf").status_code == 404
