"""What came in too much goes back by itself: once, and never more than that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import Message
from payments.gateway.errors import NotRefundable, OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import LedgerEntry, Payment, Refund
from payments.rules.accounts import Account
from payments.rules.attempt_states import AttemptState
from payments.rules.refund_states import RefundState
from payments.selectors import balances
from payments.services import overpayments, reconciliation, snapshots
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def pay_late(open_page, book):
    """A page that had long been closed turns out to be paid, as the first of two or the second."""

    def make(shown=2180, *, payer="first", at=SOON, **choices):
        attempt = open_page(shown, payer=payer, **choices)
        attempt.move_to(AttemptState.EXPIRED)
        book.pay(attempt.session_id, email=f"{payer}@example.org", at=at)
        return attempt, book.pages[attempt.session_id]

    return make


@pytest.fixture
def crossed(pay_late, closed_tab, niamh):
    """Two payers paid all of it; the second, with a tip, was not needed."""
    pages = [pay_late(), pay_late(2398, payer="second", tip=218)]
    for hour, (_attempt, page) in enumerate(pages):
        snapshots.apply_checkout(page, now=SOON + timedelta(hours=hour))
    closed_tab.refresh_from_db()
    return closed_tab


def test_the_payment_that_was_not_needed_goes_back_whole(crossed, book):
    assert overpayments.send_planned(now=LATER) == 1

    refund = Refund.objects.get()
    standing = balances.get_standing(crossed)
    assert refund.payment == Payment.objects.get(tip_minor=218)
    assert book.given_back == [Money(2398, "EUR")]
    assert (standing.paid, standing.balance) == (Money(2180, "EUR"), Money(0, "EUR"))
    assert standing.tips.is_zero
    assert crossed.is_settled


def test_it_goes_back_once_however_often_sweeps_run(crossed, book):
    for _round in range(3):
        overpayments.send_planned(now=LATER)
        reconciliation.resolve_operations(now=LATER + timedelta(hours=1))
        reconciliation.check_refunds(now=LATER)

    assert book.given_back == [Money(2398, "EUR")]
    assert LedgerEntry.objects.balance_of(Account.CLEARING, "EUR") == Money(2180, "EUR")


def test_it_is_on_its_way_already_when_the_money_is_recorded(crossed):
    refund = Refund.objects.get()

    assert (refund.state, refund.excess) == (RefundState.REQUESTED, Money(2180, "EUR"))


def test_the_payer_and_the_managers_are_told(crossed, niamh):
    overpayments.send_planned(now=LATER)

    assert Message.objects.get(kind="overpaid").to == niamh.email
    note = Message.objects.get(kind="refund_note")
    assert note.to == "second@example.org"
    assert "Two payments crossed" in note.text


def test_only_the_excess_of_a_part_goes_back(pay_late, closed_tab, book):
    pages = [pay_late(), pay_late(1000, payer="second", amount=1000, tip=0)]
    snapshots.apply_checkout(pages[1][1], now=SOON)
    snapshots.apply_checkout(pages[0][1], now=LATER)

    overpayments.send_planned(now=LATER)

    assert book.given_back == [Money(1000, "EUR")]
    assert Refund.objects.get().payment.attempt == pages[0][0]
    assert balances.get_standing(closed_tab).balance.is_zero


def test_a_venue_may_choose_to_do_it_by_hand(larkspur, pay_late, closed_tab, niamh, book):
    larkspur.refunds_excess = False
    larkspur.save(update_fields=["refunds_excess"])
    pages = [pay_late(payer=payer) for payer in ("first", "second")]
    for _attempt, page in pages:
        snapshots.apply_checkout(page, now=SOON)

    assert overpayments.send_planned(now=LATER) == 0
    assert book.given_back == []
    assert balances.get_standing(closed_tab).overpaid == Money(2180, "EUR")
    assert "from the tab’s page" in Message.objects.get(kind="overpaid").text


def test_a_lost_answer_gives_nothing_back_twice(crossed, book):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    overpayments.send_planned(now=LATER)
    assert Refund.objects.get().state == RefundState.REQUESTED

    overpayments.send_planned(now=LATER)
    reconciliation.resolve_operations(now=LATER + timedelta(hours=2))

    assert book.given_back == [Money(2398, "EUR")]
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_one_that_failed_is_left_to_a_person(crossed, book):
    book.fail_before.append(NotRefundable("charge_disputed"))
    overpayments.send_planned(now=LATER)

    overpayments.send_planned(now=LATER)
    overpayments.plan(tab=crossed, now=LATER)

    assert Refund.objects.get().state == RefundState.FAILED
    assert balances.get_standing(crossed).overpaid == Money(2180, "EUR")
    assert Message.objects.filter(kind="refund_failed").exists()


def test_one_that_came_back_shows_the_excess_again(crossed, book):
    overpayments.send_planned(now=LATER)
    book.move_refund("re_1", RefundStatus.FAILED)

    reconciliation.check_refunds(now=LATER)

    assert balances.get_standing(crossed).overpaid == Money(2180, "EUR")
    assert Refund.objects.get().state == RefundState.FAILED
