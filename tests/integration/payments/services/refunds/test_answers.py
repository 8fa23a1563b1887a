"""What becomes of a refund: answers that got lost, slow banks, Stripe's own desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from payments.gateway.errors import NotRefundable, OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import GatewayOperation, LedgerEntry, Refund
from payments.rules.accounts import Account
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.rules.refunding import MoreThanLeft
from payments.selectors import balances
from payments.services import (
    accounts,
    reconciliation,
    refund_news,
    refused_accounts,
)
from payments.services.marks import NotOurs
from payments.services.refunds import RefundRefused
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.services.refunds.conftest import account

pytestmark = pytest.mark.django_db


def hear(book, payment, refund_id):
    gateway = accounts.gateway_of(payment.account)
    heard = refund_news.ask(book.refunds[refund_id], payment.account, gateway)
    return refund_news.hear(heard, account=payment.account, now=LATER)


def test_without_an_answer_it_stays_asked_for_and_is_found_later(give_back, book, closed_tab):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))

    made = give_back(500)

    assert made.state == RefundState.REQUESTED
    assert account(Account.CLEARING, closed_tab) == 2398
    with pytest.raises(MoreThanLeft):
        give_back(1681)
    reconciliation.resolve_operations(now=LATER + timedelta(minutes=2))
    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert book.given_back == [Money(500, "EUR")]
    assert account(Account.CLEARING, closed_tab) == 1898


def test_after_a_day_it_is_looked_up_and_never_sent_again(give_back, book):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    made = give_back(500)
    book.calls.clear()

    reconciliation.resolve_operations(now=LATER + timedelta(hours=21))

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert "refund" not in book.calls


def test_one_stripe_never_saw_is_asked_for_under_a_new_key_after_a_day(give_back, book):
    book.fail_before.append(OutcomeUnknown("nothing arrived"))
    made = give_back(2180)

    reconciliation.resolve_operations(now=LATER + timedelta(hours=21))
    meanwhile = Refund.objects.get().state
    for minute in (2, 4):
        reconciliation.resolve_operations(now=LATER + timedelta(hours=21, minutes=minute))

    made.refresh_from_db()
    keys = GatewayOperation.objects.order_by("seq").values_list("seq", "state")
    assert (meanwhile, made.state) == (RefundState.REQUESTED, RefundState.SUCCEEDED)
    assert list(keys.filter(kind="refund")) == [(1, "failed"), (2, "done")]
    assert book.given_back == [Money(2180, "EUR")]
    assert not Message.objects.filter(kind="refund_failed").exists()


def test_when_stripe_says_no_nothing_was_given_back(give_back, book, closed_tab):
    book.fail_before.append(NotRefundable("charge_disputed"))

    with pytest.raises(RefundRefused):
        give_back(500)

    assert Refund.objects.get().state == RefundState.FAILED
    assert account(Account.CLEARING, closed_tab) == 2398
    assert TabEvent.objects.filter(kind="refund_failed").exists()
    assert not Message.objects.filter(kind="refund_note").exists()


def test_one_that_keys_were_refused_for_goes_once_they_are_taken_again(give_back, book):
    book.revoked.add("sk_test_fortests")

    asked = give_back(500)
    for hour in range(5):
        now = LATER + timedelta(hours=hour)
        reconciliation.resolve_operations(now=now)
        refused_accounts.look_after(now=now)
    waited = Refund.objects.get().state
    book.revoked.clear()
    refused_accounts.look_after(now=LATER + timedelta(hours=6))
    reconciliation.resolve_operations(now=LATER + timedelta(hours=6))

    asked.refresh_from_db()
    assert (waited, asked.state) == (RefundState.REQUESTED, RefundState.SUCCEEDED)
    assert len(book.refunds) == 1


def test_one_that_keys_were_refused_for_goes_out_however_long_that_takes(give_back, book):
    book.revoked.add("sk_test_fortests")
    asked = give_back(500)

    book.revoked.clear()
    refused_accounts.look_after(now=LATER + timedelta(days=3))
    for minute in (0, 2, 4):
        reconciliation.resolve_operations(now=LATER + timedelta(days=3, minutes=minute))

    asked.refresh_from_db()
    assert asked.state == RefundState.SUCCEEDED
    assert book.given_back == [Money(500, "EUR")]
    assert not Message.objects.filter(kind="refund_failed").exists()


def test_managers_hear_whether_a_failed_refund_had_left(give_back, book, payment, niamh):
    book.fail_before.append(NotRefundable("charge_disputed"))
    with pytest.raises(RefundRefused):
        give_back(500)
    give_back(600)
    book.move_refund("re_1", RefundStatus.FAILED)
    hear(book, payment, "re_1")

    told = Message.objects.filter(kind="refund_failed", to=niamh.email)
    [never_left] = [each.text for each in told if "€5.00" in each.text]
    [came_back] = [each.text for each in told if "€6.00" in each.text]
    assert "nothing has left your account" in " ".join(never_left.split())
    assert "The money is with you again" in " ".join(came_back.split())


def test_a_slow_one_is_pending_until_the_bank_took_it(give_back, book, payment, closed_tab):
    book.refund_status = RefundStatus.PENDING
    made = give_back(500)
    assert (made.state, made.is_underway) == (RefundState.PENDING, True)
    assert account(Account.CLEARING, closed_tab) == 1898

    book.move_refund("re_1", RefundStatus.SUCCEEDED)
    hear(book, payment, "re_1")

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert account(Account.CLEARING, closed_tab) == 1898
    assert Message.objects.filter(kind="refund_note").count() == 1


def test_one_that_comes_back_puts_the_books_right_and_tells_the_managers(
    give_back, book, payment, closed_tab, niamh, olga
):
    made = give_back(2180, 218)
    book.move_refund("re_1", RefundStatus.FAILED)

    for _delivery in range(2):
        hear(book, payment, "re_1")

    made.refresh_from_db()
    closed_tab.refresh_from_db()
    standing = balances.get_standing(closed_tab)
    assert (made.state, made.failure) == (RefundState.FAILED, "lost_or_stolen_card")
    assert account(Account.CLEARING, closed_tab) == 2398
    assert account(Account.SALES_RETURNS, closed_tab) == 0
    assert (standing.paid, standing.tips) == (Money(2180, "EUR"), Money(218, "EUR"))
    assert closed_tab.is_settled
    told = Message.objects.filter(kind="refund_failed")
    assert {each.to for each in told} == {niamh.email, olga.email}
    assert give_back(2180, 218).state == RefundState.SUCCEEDED


def test_one_made_at_stripes_desk_is_adopted_once(book, payment, closed_tab):
    book.give_back(payment.intent_id, Money(2280, "EUR"), at=SOON)

    for _delivery in range(3):
        hear(book, payment, "re_1")
        reconciliation.check_refunds(now=LATER)

    refund = Refund.objects.get()
    assert (refund.origin, refund.state) == (RefundOrigin.STRIPE, RefundState.SUCCEEDED)
    assert (refund.amount, refund.tip) == (Money(2180, "EUR"), Money(100, "EUR"))
    assert account(Account.CLEARING, closed_tab) == 118
    assert Message.objects.filter(kind="refund_note").count() == 1


def test_news_that_is_faster_than_the_answer_is_no_second_refund(give_back, book, payment):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    made = give_back(500)

    assert hear(book, payment, "re_1") == made
    reconciliation.resolve_operations(now=LATER + timedelta(minutes=2))

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert LedgerEntry.objects.filter(source_key__startswith="refund:").count() == 1


def test_a_refund_of_a_payment_nobody_told_us_of_brings_both(open_page, book, closed_tab):
    attempt = open_page()
    intent_id = book.pay(attempt.session_id, at=SOON)
    book.give_back(intent_id, Money(500, "EUR"), at=SOON)

    hear(book, attempt, "re_1")

    assert account(Account.CLEARING, closed_tab) == 1680


def test_a_refund_of_another_apps_payment_is_not_ours(open_page, book):
    attempt = open_page()
    page = replace(book.pages[attempt.session_id], metadata={"app": "another"})
    book.pages[attempt.session_id] = page
    intent_id = book.pay(attempt.session_id, at=SOON)
    book.give_back(intent_id, Money(500, "EUR"), at=SOON)

    with pytest.raises(NotOurs):
        hear(book, attempt, "re_1")
    assert not Refund.objects.exists()


def test_each_refund_is_one_call_of_its_own(give_back):
    give_back(100)
    give_back(100)

    calls = GatewayOperation.objects.filter(kind="refund")
    assert calls.count() == 2
    assert len({each.key for each in calls}) == 2
