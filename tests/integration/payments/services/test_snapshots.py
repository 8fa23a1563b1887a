"""News from Stripe: the same news in any number and order comes to the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from payments.gateway.snapshots import IntentStatus
from payments.models import LedgerEntry, Payment, Receipt
from payments.rules.attempt_states import AttemptState
from payments.selectors import balances
from payments.services import snapshots
from payments.services.marks import NotOurs
from payments.services.snapshots import CurrencyChanged
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


def test_a_paid_page_settles_the_tab(open_page, book, closed_tab):
    open_page(2398, tip=218)
    book.pay("cs_1", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    closed_tab.refresh_from_db()
    payment = Payment.objects.get()
    assert closed_tab.is_settled
    assert (payment.amount, payment.tip) == (Money(2180, "EUR"), Money(218, "EUR"))
    assert balances.get_standing(closed_tab).balance == Money(0, "EUR")
    assert closed_tab.payment_requests.get().state == "paid"


def test_the_receipt_goes_to_the_payer(open_page, book):
    open_page()
    book.pay("cs_1", email="tom@example.org", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    receipt = Receipt.objects.get()
    assert receipt.number == 1
    assert Message.objects.get(kind="receipt").to == "tom@example.org"
    assert receipt.content["amount_minor"] == 2180


def test_the_receipt_finds_the_payer_whichever_news_comes_first(open_page, book):
    open_page()
    book.pay("cs_1", email="tom@example.org", at=SOON)

    snapshots.apply_payment(book.pages["cs_1"].payment, now=SOON)

    assert Message.objects.get(kind="receipt").to == "tom@example.org"


def test_the_same_news_three_times_is_one_payment(open_page, book):
    open_page()
    book.pay("cs_1", at=SOON)

    for _delivery in range(3):
        snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
        snapshots.apply_payment(book.pages["cs_1"].payment, now=LATER)

    assert Payment.objects.count() == 1
    assert Receipt.objects.count() == 1
    assert LedgerEntry.objects.filter(debit="clearing").count() == 1
    assert Message.objects.filter(kind="receipt").count() == 1


def test_news_in_any_order_comes_to_the_same(open_page, book, closed_tab):
    """Old news of the same page, delivered late, never undoes the payment."""
    open_page()
    opened = book.pages["cs_1"]
    book.decline("cs_1", at=SOON)
    declined = book.pages["cs_1"]
    book.pay("cs_1", at=SOON)
    paid = book.pages["cs_1"]

    for order in permutations([opened, declined, paid]):
        for snapshot in order:
            snapshots.apply_checkout(snapshot, now=LATER)

    attempt = closed_tab.checkout_attempts.get()
    assert attempt.state == AttemptState.PAID
    assert Payment.objects.count() == 1


def test_a_decline_leaves_the_page_open_and_is_remembered(open_page, book):
    attempt = open_page()
    book.decline("cs_1", code="insufficient_funds", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.last_decline) == (AttemptState.OPEN, "insufficient_funds")


def test_money_on_its_way_is_processing_until_it_is_there(open_page, book, closed_tab):
    attempt = open_page()
    book.start_bank_debit("cs_1", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    attempt.refresh_from_db()
    closed_tab.refresh_from_db()
    assert attempt.state == AttemptState.PROCESSING
    assert closed_tab.is_owing
    assert balances.get_standing(closed_tab).reserved == Money(2180, "EUR")


def test_money_that_did_not_come_frees_the_amount(open_page, book, closed_tab):
    open_page()
    book.start_bank_debit("cs_1", at=SOON)
    page = book.pages["cs_1"]
    failed = replace(page, payment=replace(page.payment, status=IntentStatus.WAITING))

    snapshots.apply_checkout(page, now=SOON)
    attempt = snapshots.apply_checkout(failed, now=LATER)

    assert attempt.state == AttemptState.FAILED
    assert balances.get_standing(closed_tab).open_amount == Money(2180, "EUR")


def test_a_page_whose_time_ran_out_is_expired(open_page, book):
    open_page()
    book.run_out("cs_1")

    attempt = snapshots.apply_checkout(book.pages["cs_1"], now=LATER)

    assert attempt.state == AttemptState.EXPIRED


def test_a_page_paid_after_we_gave_it_up_is_money_all_the_same(open_page, book, closed_tab):
    """The last-millisecond race: the money is recorded, and seen to be too much."""
    open_page()
    first = book.pages["cs_1"]
    book.run_out("cs_1")
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
    open_page(payer="second", now=SOON)
    book.pay("cs_2", at=SOON)
    snapshots.apply_checkout(book.pages["cs_2"], now=SOON)
    book.pages["cs_1"] = first
    book.pay("cs_1", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=LATER)

    closed_tab.refresh_from_db()
    standing = balances.get_standing(closed_tab)
    assert closed_tab.is_settled
    assert standing.overpaid == Money(2180, "EUR")
    assert TabEvent.objects.get(kind="overpaid").data == {"amount_minor": 2180}


def test_a_part_leaves_the_rest_owing(open_page, book, closed_tab):
    open_page(1000, amount=1000)
    book.pay("cs_1", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    closed_tab.refresh_from_db()
    standing = balances.get_standing(closed_tab)
    assert closed_tab.is_owing
    assert (standing.paid, standing.balance) == (Money(1000, "EUR"), Money(1180, "EUR"))


def test_another_amount_than_asked_for_is_recorded_as_it_is(open_page, book, closed_tab):
    open_page(2398, tip=218)
    book.charges["cs_1"] = Money(2000, "EUR")
    book.pay("cs_1", at=SOON)

    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    closed_tab.refresh_from_db()
    assert Payment.objects.get().amount == Money(2000, "EUR")
    assert closed_tab.is_owing


def test_another_currency_is_left_for_a_person(open_page, book):
    open_page()
    book.charges["cs_1"] = Money(2180, "USD")
    book.pay("cs_1", at=SOON)

    with pytest.raises(CurrencyChanged):
        snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    "metadata",
    [{}, {"app": "another"}, {"app": "afterward", "env": "elsewhere"}, {"app": "afterward"}],
)
def test_what_is_not_ours_is_left_alone(open_page, book, metadata):
    open_page()
    foreign = replace(book.pages["cs_1"], metadata=metadata)

    with pytest.raises(NotOurs):
        snapshots.apply_checkout(foreign, now=SOON)
