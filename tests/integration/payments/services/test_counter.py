"""Money at the counter: recorded once, never more than is owed, never beside an open page."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import CounterPayment, LedgerEntry, Receipt
from payments.rules.accounts import CounterMethod
from payments.selectors import balances
from payments.services import counter
from payments.services.counter import AmountUnclear, MoreThanOwed, Taken, TooLittleReceived
from payments.services.pages import GatewayAway
from payments.services.requests import NotOwing
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


def eur(minor):
    return Money(minor, "EUR")


def cash(amount, *, tip=0, received=None):
    return Taken(
        method=CounterMethod.CASH,
        amount=eur(amount),
        tip=eur(tip),
        received=None if received is None else eur(received),
    )


@pytest.fixture
def take(closed_tab, ada):
    def record(taken, key="press-1"):
        return counter.record_counter_payment(
            tab_id=closed_tab.id, by=ada, taken=taken, request_key=key, now=SOON
        )

    return record


def test_cash_settles_the_tab_and_gives_change(take, closed_tab):
    payment = take(cash(2180, tip=20, received=2500))

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert payment.change == eur(300)
    assert Receipt.objects.get().counter_payment == payment


def test_a_part_in_cash_leaves_the_rest(take, closed_tab):
    take(cash(1000))

    standing = balances.get_standing(closed_tab)
    assert (standing.paid, standing.balance) == (eur(1000), eur(1180))


def test_a_double_press_is_one_payment(take):
    first = take(cash(2180))
    second = take(cash(2180))

    assert second == first
    assert CounterPayment.objects.count() == 1
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "account"),
    [
        (CounterMethod.CASH, "cash"),
        (CounterMethod.CARD_TERMINAL, "terminal"),
        (CounterMethod.BANK_TRANSFER, "bank_transfer"),
        (CounterMethod.OTHER, "other"),
    ],
)
def test_each_way_has_an_account_of_its_own(take, method, account):
    take(Taken(method=method, amount=eur(2180), tip=eur(100)))

    entries = LedgerEntry.objects.filter(debit=account).values_list("credit", "amount_minor")
    assert sorted(entries) == [("receivable", 2180), ("tips", 100)]


@pytest.mark.parametrize(
    ("taken", "refusal"),
    [
        (cash(2181), MoreThanOwed),
        (cash(0), AmountUnclear),
        (cash(-1), AmountUnclear),
        (cash(100, tip=-1), AmountUnclear),
        (cash(2180, received=2000), TooLittleReceived),
        (cash(2180, tip=100, received=2200), TooLittleReceived),
        (
            Taken(method=CounterMethod.CASH, amount=Money(2180, "USD"), tip=Money(0, "USD")),
            AmountUnclear,
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(take, taken, refusal):
    with pytest.raises(refusal):
        take(taken)

    assert CounterPayment.objects.count() == 0


def test_an_open_tab_takes_no_money(open_tab, ada):
    with pytest.raises(NotOwing):
        counter.record_counter_payment(
            tab_id=open_tab.id, by=ada, taken=cash(2180), request_key="press-1", now=SOON
        )


def test_cash_closes_an_open_page_for_the_same_money_first(take, open_page, book, closed_tab):
    open_page()

    take(cash(2180))

    closed_tab.refresh_from_db()
    assert book.pages["cs_1"].status == PageStatus.EXPIRED
    assert closed_tab.is_settled


def test_cash_is_refused_when_the_page_was_paid_meanwhile(take, open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)

    with pytest.raises(NotOwing):
        take(cash(2180))

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert CounterPayment.objects.count() == 0


def test_cash_waits_while_an_open_page_cannot_be_closed(take, open_page, book):
    open_page()
    book.fail_before.append(OutcomeUnknown("timeout"))

    with pytest.raises(GatewayAway):
        take(cash(2180))

    assert CounterPayment.objects.count() == 0


def test_cash_for_what_is_free_needs_no_stripe(take, open_page, book):
    open_page(1000, amount=1000)
    book.fail_before.append(OutcomeUnknown("Stripe is down"))

    payment = take(cash(1180))

    assert payment.amount == eur(1180)
