"""Money recorded at the counter is taken back once, by a manager, and the tab owes it again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Message
from orders.models.history import HistoryIsAppendOnly
from orders.rules.roles import NotAllowed, Role
from orders.rules.tab_states import IllegalMove
from orders.rules.texts import ReasonMissing
from orders.selectors import history
from orders.services import tabs
from payments.models import CounterReversal, LedgerEntry, PaymentRequest
from payments.rules.accounts import Account
from payments.rules.request_states import RequestState
from payments.selectors import balances, payments
from payments.services import checkout, counter_reversals, receipts, reopening
from payments.services.counter_reversals import NoSuchCounterPayment
from payments.services.receipts import ReceiptTakenBack
from tests.factories import make_tab, take_cash
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


def eur(minor):
    return Money(minor, "EUR")


@pytest.fixture
def take_back(closed_tab, niamh):
    def reverse(payment, *, role=Role.MANAGER, reason="Wrong tab", tab=closed_tab, now=LATER):
        return counter_reversals.reverse(
            tab_id=tab.id, payment_id=payment.id, by=niamh, role=role, reason=reason, now=now
        )

    return reverse


def test_a_part_that_is_taken_back_is_owed_again(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=1000, tip=100)

    take_back(payment)

    standing = balances.get_standing(closed_tab)
    assert (standing.paid, standing.tips, standing.balance) == (eur(0), eur(0), eur(2180))
    assert LedgerEntry.objects.all().balance_of(Account.CASH, "EUR") == eur(0)
    assert standing.has_moved


def test_a_tab_it_had_settled_asks_again_by_the_date_it_had(take_back, closed_tab, ada):
    due_at = closed_tab.due_at
    payment = take_cash(closed_tab, by=ada, minor=2180)

    take_back(payment)

    closed_tab.refresh_from_db()
    request = PaymentRequest.objects.get(tab=closed_tab, state=RequestState.PENDING)
    assert (closed_tab.is_owing, closed_tab.settled_at, closed_tab.due_at) == (True, None, due_at)
    assert (request.amount, request.due_at, request.email) == (
        eur(2180),
        due_at,
        "donal@example.org",
    )
    assert [event.kind for event in history.list_history(tab_id=closed_tab.id)][-2:] == [
        "counter_payment_reversed",
        "owed_again",
    ]


def test_it_can_be_paid_anew(take_back, closed_tab, ada, wish):
    take_back(take_cash(closed_tab, by=ada, minor=2180))

    take_cash(closed_tab, by=ada, minor=1180, key="press-2", now=LATER)
    attempt = checkout.open_page(tab_id=closed_tab.id, wish=wish(1000), now=LATER)

    assert attempt.amount == eur(1000)


def test_what_is_paid_by_others_stays_paid(take_back, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000)
    payment = take_cash(closed_tab, by=ada, minor=1180, key="press-2")

    take_back(payment)

    assert balances.get_standing(closed_tab).balance == eur(1180)


def test_a_second_press_takes_back_nothing_more(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=1000)

    first, second = take_back(payment), take_back(payment, reason="Again")

    assert first == second
    assert CounterReversal.objects.count() == 1
    assert balances.get_standing(closed_tab).balance == eur(2180)


def test_the_payer_is_told_and_the_receipt_says_it(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=2180)

    take_back(payment, reason="Rung up on the wrong tab")

    mail = Message.objects.get(kind="receipt_reversed")
    assert mail.to == "donal@example.org"
    assert payment.receipt.label in mail.subject
    assert "Rung up on the wrong tab" in mail.text
    assert "€21.80" in mail.text
    (paid,) = payments.list_payments(tab_id=closed_tab.id)
    assert (paid.taken_back.by, paid.taken_back.reason) == ("Niamh", "Rung up on the wrong tab")


def test_a_receipt_taken_back_is_not_sent_again(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=2180)
    take_back(payment)

    with pytest.raises(ReceiptTakenBack):
        receipts.send_again(receipt_id=payment.receipt.id, now=LATER)


def test_a_tab_whose_only_payment_was_taken_back_may_be_voided(take_back, closed_tab, ada, niamh):
    take_back(take_cash(closed_tab, by=ada, minor=2180))

    tab = reopening.void_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Left", now=LATER
    )

    assert tab.is_void
    assert balances.get_standing(tab).balance == eur(0)


def test_a_payment_on_a_void_tab_can_not_bring_it_back(closed_tab, niamh, ada, take_back):
    payment = take_cash(closed_tab, by=ada, minor=1000)
    take_back(payment)
    reopening.void_tab(tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Left", now=LATER)

    take_back(payment)

    closed_tab.refresh_from_db()
    assert closed_tab.is_void


def test_staff_may_not(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=1000)

    with pytest.raises(NotAllowed):
        take_back(payment, role=Role.STAFF)

    assert not CounterReversal.objects.exists()


def test_it_needs_a_reason(take_back, closed_tab, ada):
    payment = take_cash(closed_tab, by=ada, minor=1000)

    with pytest.raises(ReasonMissing):
        take_back(payment, reason="  ")

    assert balances.get_standing(closed_tab).paid == eur(1000)


def test_a_payment_of_another_tab_is_not_there(take_back, closed_tab, larkspur, ada, shakshuka):
    other = make_tab(larkspur, ada, shakshuka)
    payment = take_cash(closed_tab, by=ada, minor=1000)

    with pytest.raises(NoSuchCounterPayment):
        take_back(payment, tab=other)


def test_there_is_no_such_payment(closed_tab, niamh):
    with pytest.raises(NoSuchCounterPayment):
        counter_reversals.reverse(
            tab_id=closed_tab.id,
            payment_id=uuid4(),
            by=niamh,
            role=Role.MANAGER,
            reason="Wrong tab",
            now=SOON,
        )


def test_only_a_settled_tab_can_owe_again(closed_tab):
    with pytest.raises(IllegalMove):
        tabs.mark_owing_again(tab_id=closed_tab.id, now=SOON + timedelta(minutes=1))


def test_a_reversal_stays_as_it_was_written(take_back, closed_tab, ada):
    reversal = take_back(take_cash(closed_tab, by=ada, minor=1000))

    with pytest.raises(HistoryIsAppendOnly):
        CounterReversal.objects.filter(id=reversal.id).delete()
    with pytest.raises(HistoryIsAppendOnly):
        reversal.save()
