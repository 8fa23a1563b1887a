"""The same moment, several people: real threads on a real database, and one outcome."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from config.kernel.errors import DomainError
from config.kernel.money import Money, total
from orders.models import Message
from orders.rules.roles import Role
from payments.models import CheckoutAttempt, CounterPayment, LedgerEntry, Payment, Receipt, Refund
from payments.rules.accounts import Account, CounterMethod
from payments.rules.attempt_states import AttemptState
from payments.rules.refunding import MoreThanLeft, Parts
from payments.selectors import balances
from payments.services import checkout, closing, counter, overpayments, refunds, snapshots
from payments.services.counter import Taken
from payments.services.refunds import RefundWish
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6
ROUNDS = 4


def all_at_once(*calls):
    """Run the calls in threads that start together; what each returned or was refused with."""
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_many_payers_press_pay_for_the_same_money(closed_tab, wish, book, _round):
    outcomes = all_at_once(
        *[
            lambda payer=payer: checkout.open_page(
                tab_id=closed_tab.id, wish=wish(2180, payer=payer), now=EVENING
            )
            for payer in "abcdef"
        ]
    )

    opened = [each for each in outcomes if isinstance(each, CheckoutAttempt)]
    assert len(opened) == 1
    assert total(list(book.charges.values()), "EUR") == Money(2180, "EUR")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_payer_double_clicks_pay(closed_tab, wish, book, _round):
    def press():
        return checkout.open_page(tab_id=closed_tab.id, wish=wish(2180), now=EVENING)

    outcomes = all_at_once(press, press)

    assert {each.session_id for each in outcomes} == {"cs_1"}
    assert list(book.pages) == ["cs_1"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_webhook_landing_and_sweep_bring_the_same_news(open_page, book, closed_tab, _round):
    attempt = open_page()
    book.pay("cs_1", at=SOON)
    page = book.pages["cs_1"]

    all_at_once(
        *[lambda: snapshots.apply_checkout(page, now=SOON)] * 2,
        *[lambda: snapshots.apply_payment(page.payment, now=SOON)] * 2,
        *[lambda: checkout.refresh(attempt_id=attempt.id, now=SOON)] * 2,
    )

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert Payment.objects.count() == 1
    assert Receipt.objects.count() == 1
    assert Message.objects.filter(kind="receipt").count() == 1
    entries = LedgerEntry.objects.filter(tab=closed_tab)
    assert entries.balance_of(Account.CLEARING, "EUR") == Money(2180, "EUR")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_cash_is_pressed_many_times(closed_tab, ada, _round):
    taken = Taken(method=CounterMethod.CASH, amount=Money(2180, "EUR"), tip=Money(0, "EUR"))

    all_at_once(
        *[
            lambda key=key: counter.record_counter_payment(
                tab_id=closed_tab.id, by=ada, taken=taken, request_key=key, now=SOON
            )
            for key in ("press-1", "press-1", "press-2", "press-3")
        ]
    )

    assert CounterPayment.objects.count() == 1
    assert balances.get_standing(closed_tab).balance == Money(0, "EUR")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_several_people_close_the_same_tab(open_tab, ada, _round):
    outcomes = all_at_once(
        *[lambda: closing.close_and_request(tab_id=open_tab.id, by=ada, now=EVENING)] * CROWD
    )

    refused = [each for each in outcomes if isinstance(each, DomainError)]
    assert [each.code for each in refused] == ["illegal_move"] * (CROWD - 1)
    assert open_tab.payment_requests.count() == 1
    sales = LedgerEntry.objects.filter(tab=open_tab).balance_of(Account.RECEIVABLE, "EUR")
    assert sales == Money(2180, "EUR")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_parts_paid_together_are_numbered_without_gaps(open_page, book, closed_tab, _round):
    for payer, part in (("a", 700), ("b", 700), ("c", 780)):
        open_page(part, amount=part, payer=payer)
    for session_id in list(book.pages):
        book.pay(session_id, at=SOON)

    all_at_once(
        *[
            lambda page=page: snapshots.apply_checkout(page, now=SOON)
            for page in book.pages.values()
        ]
    )

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_receipts_are_numbered_without_a_gap_by_a_crowd(larkspur, ada, shakshuka, _round):
    """Some of the crowd are refused after they asked for a number: theirs is nobody's gap."""
    tabs = [factories.make_tab(larkspur, ada, shakshuka, now=EVENING) for _tab in range(CROWD)]
    owing = [closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab for tab in tabs]

    def pay(tab, amount, key):
        return lambda: counter.record_counter_payment(
            tab_id=tab.id,
            by=ada,
            taken=Taken(
                method=CounterMethod.CASH, amount=Money(amount, "EUR"), tip=Money(0, "EUR")
            ),
            request_key=f"{tab.id}-{key}"[:64],
            now=SOON,
        )

    outcomes = all_at_once(
        *[pay(tab, 1000, "part") for tab in owing],
        *[pay(tab, 2180, "all") for tab in owing[:3]],
    )

    numbers = sorted(Receipt.objects.filter(venue=larkspur).values_list("number", flat=True))
    paid = [each for each in outcomes if isinstance(each, CounterPayment)]
    assert numbers == list(range(1, len(paid) + 1))
    assert len(paid) >= CROWD


def press_refund(payment, niamh, key):
    """A manager gives all of a payment back, with a press of their own."""
    wish = RefundWish(amount=payment.amount, tip=payment.tip, reason="Cold coffee")
    return lambda: refunds.refund(
        payment_id=payment.id,
        by=niamh,
        role=Role.MANAGER,
        wish=wish,
        request_key=key,
        now=SOON,
    )


@pytest.fixture
def payment(open_page, book):
    attempt = open_page(2398, tip=218)
    book.pay(attempt.session_id, at=SOON)
    return snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON).payment


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_many_managers_give_the_same_payment_back(payment, niamh, book, _round):
    outcomes = all_at_once(
        *[press_refund(payment, niamh, f"press-{each}") for each in range(CROWD)]
    )

    made = [each for each in outcomes if isinstance(each, Refund)]
    refused = [each for each in outcomes if isinstance(each, MoreThanLeft)]
    assert (len(made), len(refused)) == (1, CROWD - 1)
    assert (book.given_back, book.calls.count("refund")) == ([Money(2398, "EUR")], 1)


def test_without_the_reservation_they_would_all_ask_stripe(payment, niamh, book, monkeypatch):
    """The control of the test above: what it counts is not counted by luck."""
    everything = Parts(bill=payment.amount, tip=payment.tip)
    monkeypatch.setattr("payments.selectors.refunds.left_of", lambda _payment: everything)

    all_at_once(*[press_refund(payment, niamh, f"press-{each}") for each in range(CROWD)])

    assert book.calls.count("refund") == CROWD


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_manager_double_clicks_give_back(payment, niamh, book, _round):
    press = press_refund(payment, niamh, "press")

    outcomes = all_at_once(press, press, press)

    assert len({each.id for each in outcomes}) == 1
    assert book.given_back == [Money(2398, "EUR")]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_many_sweeps_give_back_the_excess_once(open_page, closed_tab, book, _round):
    pages = []
    for payer in ("first", "second"):
        attempt = open_page(payer=payer)
        attempt.move_to(AttemptState.EXPIRED)
        book.pay(attempt.session_id, at=SOON)
        pages.append(book.pages[attempt.session_id])
    all_at_once(*[lambda page=page: snapshots.apply_checkout(page, now=SOON) for page in pages])

    all_at_once(*[lambda: overpayments.send_planned(now=SOON) for _sweep in range(CROWD)])

    assert book.given_back == [Money(2180, "EUR")]
    assert balances.get_standing(closed_tab).balance.is_zero
