"""Sweeps: what got lost is found, and what was found is put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import CheckoutAttempt, GatewayOperation, MerchantAccount, PaymentRequest
from payments.rules.attempt_states import AttemptState
from payments.rules.operation_states import OperationKind, OperationState
from payments.selectors import balances
from payments.services import checkout, inbox, reconciliation
from payments.services.pages import GatewayAway
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost_answer(open_page, book):
    """Stripe opened the page, but its answer got lost and the guest went away."""
    book.fail_after.append(OutcomeUnknown("timeout after commit"))
    with pytest.raises(GatewayAway):
        open_page()
    return CheckoutAttempt.objects.get()


def test_a_lost_page_is_found_and_closed(lost_answer, book, closed_tab):
    assert reconciliation.resolve_operations(now=SOON) == 1

    lost_answer.refresh_from_db()
    assert lost_answer.state == AttemptState.SUPERSEDED
    assert book.pages["cs_1"].status == PageStatus.EXPIRED
    assert balances.get_standing(closed_tab).open_amount == Money(2180, "EUR")


def test_a_call_that_just_went_out_is_left_alone(lost_answer):
    assert reconciliation.resolve_operations(now=EVENING + timedelta(seconds=59)) == 0


def test_after_a_day_the_call_is_looked_up_and_never_sent_again(lost_answer, book):
    book.calls.clear()

    reconciliation.resolve_operations(now=EVENING + timedelta(hours=21))

    lost_answer.refresh_from_db()
    assert "open_payment_checkout" not in book.calls
    assert lost_answer.state == AttemptState.SUPERSEDED


def test_a_call_stripe_never_saw_is_refused_after_a_day(open_page, book, closed_tab):
    book.fail_before.append(OutcomeUnknown("nothing arrived"))
    with pytest.raises(GatewayAway):
        open_page()

    reconciliation.resolve_operations(now=EVENING + timedelta(hours=21))

    assert CheckoutAttempt.objects.get().state == AttemptState.REFUSED
    assert GatewayOperation.objects.get().state == OperationState.FAILED
    assert balances.get_standing(closed_tab).open_amount == Money(2180, "EUR")


def test_a_failure_stripe_repeats_for_ever_is_looked_up(lost_answer, book):
    book.fail_after.append(OutcomeUnknown("the same 500 again"))

    assert reconciliation.resolve_operations(now=SOON) == 1

    lost_answer.refresh_from_db()
    assert lost_answer.state == AttemptState.SUPERSEDED


def test_a_determined_no_is_final_and_the_next_try_is_a_call_of_its_own(open_page, book):
    attempt = open_page()
    book.fail_before.append(CredentialsInvalid("revoked"))
    with pytest.raises(GatewayAway):
        checkout.withdraw(attempt, now=EVENING)

    checkout.withdraw(attempt, now=SOON)

    closings = GatewayOperation.objects.filter(kind=OperationKind.EXPIRE_CHECKOUT)
    assert list(closings.order_by("seq").values_list("seq", "state")) == [
        (1, OperationState.FAILED),
        (2, OperationState.DONE),
    ]


def test_what_one_process_learned_is_not_forgotten_by_another(open_page):
    open_page()
    stale = GatewayOperation.objects.get()

    assert not stale.finish(OperationState.UNKNOWN, now=SOON, error="an answer lost elsewhere")
    assert GatewayOperation.objects.get().state == OperationState.DONE


def test_a_page_that_could_not_be_closed_is_closed_later(open_page, book, closed_tab):
    open_page()
    book.fail_before.append(OutcomeUnknown("timeout"))
    with pytest.raises(GatewayAway):
        checkout.withdraw_all(tab_id=closed_tab.id, now=EVENING)

    reconciliation.resolve_operations(now=SOON)

    assert CheckoutAttempt.objects.get().state == AttemptState.SUPERSEDED


def test_a_payment_nobody_told_us_of_is_found(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)

    reconciliation.check_pages(now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled


def test_an_open_page_is_asked_about_less_and_less_often(open_page):
    attempt = open_page()
    asked = [
        minute
        for minute in range(40)
        if reconciliation.check_pages(now=EVENING + timedelta(minutes=minute))
    ]

    attempt.refresh_from_db()
    assert asked == [3, 6, 12, 24, 32]


def test_a_page_nobody_could_be_asked_about_for_days_is_asked_about_every_hour(open_page, book):
    open_page()
    book.away.add("get_checkout")
    reconciliation.check_pages(now=EVENING + timedelta(days=3))
    book.away.clear()
    book.run_out("cs_1")

    reconciliation.check_pages(now=EVENING + timedelta(days=3, hours=1))

    assert CheckoutAttempt.objects.get().state == AttemptState.EXPIRED


def test_undelivered_events_are_brought_in_and_handled(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)
    book.undeliver("evt_1", "checkout.session.completed", "cs_1", at=SOON)

    for _round in ("first", "again"):
        reconciliation.fetch_undelivered(now=LATER)
        inbox.handle_waiting(now=LATER)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert MerchantAccount.objects.get().events_seen_until == LATER


def test_one_broken_call_does_not_stop_the_sweep(open_page, book, closed_tab):
    open_page(1000, amount=1000)
    open_page(1180, payer="second")
    book.pay("cs_1", at=SOON)
    book.pay("cs_2", at=SOON)
    book.fail_before.append(OutcomeUnknown("timeout"))

    assert reconciliation.check_pages(now=SOON) == 1
    reconciliation.check_pages(now=LATER)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled


def test_a_closed_tab_nobody_was_asked_to_pay_is_an_alarm(closed_tab, caplog):
    PaymentRequest.objects.all().delete()

    assert reconciliation.find_uncharged(now=LATER) == 1
    assert "no live payment request" in caplog.text
