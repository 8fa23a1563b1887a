"""Opening pages: never two payable pages for the same money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from payments.gateway.errors import Busy, CredentialsInvalid, OutcomeUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import CheckoutAttempt, GatewayOperation
from payments.rules.allocation import NothingLeftToPay, PartTooLarge, RestTooSmall
from payments.rules.attempt_states import AttemptState
from payments.rules.operation_states import OperationKind, OperationState
from payments.selectors import balances
from payments.services import checkout, operations
from payments.services.checkout import AmountChanged
from payments.services.pages import CardPaymentsOff, GatewayAway, TooSmallForCard
from payments.services.requests import NotOwing
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


def test_a_page_is_opened_for_what_was_shown(open_page, book):
    attempt = open_page(2398, tip=218)

    assert attempt.state == AttemptState.OPEN
    assert attempt.url == "https://pages.example/cs_1"
    assert book.charges == {"cs_1": Money(2398, "EUR")}
    assert attempt.expires_at == EVENING + timedelta(minutes=31)


def test_pressing_pay_twice_gives_the_same_page(open_page, book):
    first = open_page()
    second = open_page()

    assert second.id == first.id
    assert list(book.pages) == ["cs_1"]


def test_changing_the_part_closes_the_page_from_before(open_page, book):
    first = open_page()
    second = open_page(1000, amount=1000)

    first.refresh_from_db()
    assert first.state == AttemptState.SUPERSEDED
    assert book.pages["cs_1"].status == PageStatus.EXPIRED
    assert (second.state, second.amount_minor) == (AttemptState.OPEN, 1000)


def test_a_page_paid_in_another_window_is_found_when_paying_again(open_page, book):
    open_page()
    book.pay("cs_1", at=SOON)

    with pytest.raises(NotOwing):
        open_page(now=SOON)

    assert book.taken == [Money(2180, "EUR")]


def test_two_payers_cannot_reserve_the_same_money(open_page, closed_tab):
    open_page()

    with pytest.raises(NothingLeftToPay):
        open_page(payer="second")

    assert balances.get_standing(closed_tab).reserved == Money(2180, "EUR")


def test_two_payers_pay_different_parts_at_once(open_page, closed_tab):
    open_page(1000, amount=1000)
    second = open_page(1180, payer="second")

    assert second.amount_minor == 1180
    assert balances.get_standing(closed_tab).open_amount == Money(0, "EUR")


def test_a_payers_own_page_does_not_stand_in_the_way(open_page, closed_tab):
    open_page()

    standing = balances.get_standing(closed_tab, payer_digest="first")

    assert standing.open_amount == Money(2180, "EUR")


def test_a_changed_amount_is_told_and_not_charged(open_page, book):
    with pytest.raises(AmountChanged) as refusal:
        open_page(2100)

    assert refusal.value.amount == Money(2180, "EUR")
    assert book.pages == {}
    assert CheckoutAttempt.objects.count() == 0


@pytest.mark.parametrize(("amount", "refusal"), [(2181, PartTooLarge), (2150, RestTooSmall)])
def test_a_part_that_cannot_be_is_refused(open_page, amount, refusal):
    with pytest.raises(refusal):
        open_page(amount, amount=amount)

    assert CheckoutAttempt.objects.count() == 0


def test_an_open_tab_cannot_be_paid(open_tab, wish):
    with pytest.raises(NotOwing):
        checkout.open_page(tab_id=open_tab.id, wish=wish(2180), now=EVENING)


def test_no_answer_keeps_the_money_reserved(open_page, book, closed_tab):
    book.fail_before.append(OutcomeUnknown("timeout"))

    with pytest.raises(GatewayAway):
        open_page()

    attempt = CheckoutAttempt.objects.get()
    operation = GatewayOperation.objects.get()
    assert attempt.state == AttemptState.PREPARED
    assert (operation.state, operation.error) == (OperationState.UNKNOWN, "timeout")
    assert balances.get_standing(closed_tab).reserved == Money(2180, "EUR")


def test_trying_again_after_a_lost_answer_opens_the_one_page(open_page, book):
    book.fail_after.append(OutcomeUnknown("timeout after commit"))
    with pytest.raises(GatewayAway):
        open_page()

    attempt = open_page(now=SOON)

    assert attempt.state == AttemptState.OPEN
    assert list(book.pages) == ["cs_1"]
    assert CheckoutAttempt.objects.count() == 1


def test_another_amount_after_a_lost_answer_closes_the_lost_page(open_page, book):
    book.fail_after.append(OutcomeUnknown("timeout after commit"))
    with pytest.raises(GatewayAway):
        open_page()

    open_page(1000, amount=1000, now=SOON)

    assert book.pages["cs_1"].status == PageStatus.EXPIRED
    assert book.pages["cs_2"].status == PageStatus.OPEN


def test_a_busy_processor_is_asked_again(open_page, book, monkeypatch):
    monkeypatch.setattr(operations, "BUSY_WAITS", (0.0,))
    book.fail_before.append(Busy("lock_timeout"))

    assert open_page().state == AttemptState.OPEN


def test_refused_keys_free_the_money_and_say_so(open_page, book, closed_tab):
    book.fail_before.append(CredentialsInvalid("key"))

    with pytest.raises(CardPaymentsOff):
        open_page()

    assert CheckoutAttempt.objects.get().state == AttemptState.REFUSED
    assert balances.get_standing(closed_tab).reserved == Money(0, "EUR")


def test_too_small_for_the_account_is_an_outcome(open_page, book, monkeypatch):
    monkeypatch.setattr(
        "tests.fakes.checkout.smallest_charge", lambda currency: Money(5000, currency)
    )

    with pytest.raises(TooSmallForCard):
        open_page()

    assert CheckoutAttempt.objects.get().state == AttemptState.REFUSED


def test_withdrawing_asks_stripe_once_and_frees_the_money(open_page, closed_tab):
    attempt = open_page()

    for _again in ("once", "twice"):
        checkout.withdraw_all(tab_id=closed_tab.id, now=SOON)

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SUPERSEDED
    assert GatewayOperation.objects.filter(kind=OperationKind.EXPIRE_CHECKOUT).count() == 1
    assert balances.get_standing(closed_tab).open_amount == Money(2180, "EUR")


def test_withdrawing_a_page_that_was_just_paid_takes_the_money(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)

    checkout.withdraw_all(tab_id=closed_tab.id, now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
