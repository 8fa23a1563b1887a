"""Fees and payouts are taken over once, and what does not agree is written down with advice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from config.kernel import clock
from config.kernel.money import Money
from orders.rules.roles import NotAllowed, Role
from orders.rules.texts import ReasonMissing
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import BalanceMovement, Difference, LedgerEntry, Payment, Payout
from payments.rules.accounts import Account
from payments.rules.differences import ADVICE, DifferenceKind
from payments.selectors import books as reading
from payments.services import accounts, books, checkout, differences
from payments.services.differences import NoSuchDifference
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db
NIGHT = EVENING + timedelta(hours=8)


def eur(minor):
    return Money(minor, "EUR")


def kinds():
    return sorted(Difference.objects.open().values_list("kind", "subject"))


@pytest.fixture
def paid(open_page, book):
    """€21.80 was paid by card, and we know it."""
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)
    return Payment.objects.get()


@pytest.fixture
def charged(paid, book):
    """The movement of Stripe's balance that the payment made."""
    return book.move("charge", paid.charge_id, eur(2180), fee=94, at=SOON)


def test_books_that_agree_have_no_difference(paid):
    assert books.compare_all(now=NIGHT) == books.Compared(accounts=1, failed=0, found=0)
    assert kinds() == []


def test_a_fee_is_booked_once_however_often_one_looks(charged, paid, larkspur):
    for night in range(3):
        books.compare_all(now=NIGHT + timedelta(days=night))

    fee = LedgerEntry.objects.get(debit=Account.FEES)
    assert (fee.credit, fee.amount, fee.tab, fee.payment) == ("clearing", eur(94), paid.tab, paid)
    assert BalanceMovement.objects.get().venue == larkspur
    assert reading.get_card_money(larkspur, since=EVENING).waiting == eur(2086)


def test_a_payout_that_adds_up_empties_the_clearing_account(charged, book, larkspur):
    book.pay_out([charged], eur(2086), at=SOON)

    for night in range(2):
        books.compare_all(now=NIGHT + timedelta(days=night))

    money = reading.get_card_money(larkspur, since=EVENING)
    assert (money.fees, money.banked, money.waiting) == (eur(94), eur(2086), eur(0))
    assert reading.list_payouts(larkspur) == (Payout.objects.get(),)
    assert Payout.objects.get().matched_at == NIGHT
    assert kinds() == []


def test_a_payout_that_does_not_add_up_is_not_booked(charged, book, larkspur):
    payout_id = book.pay_out([charged], eur(2000), at=SOON)

    books.compare_all(now=NIGHT)

    difference = Difference.objects.get()
    assert (difference.kind, difference.subject) == ("payout_does_not_add_up", payout_id)
    assert (difference.theirs, difference.ours) == (eur(2000), eur(2086))
    assert reading.get_card_money(larkspur, since=EVENING).banked == eur(0)


def test_a_payout_that_adds_up_later_is_no_difference_any_more(charged, book):
    payout_id = book.pay_out([], eur(2086), at=SOON)
    books.compare_all(now=NIGHT)
    before = kinds()
    book.payouts[payout_id] = (book.payouts[payout_id][0], [charged])

    books.compare_all(now=NIGHT + timedelta(days=1))

    assert before == [("payout_does_not_add_up", payout_id)]
    assert kinds() == []
    assert Difference.objects.get().sorted_by is None


def test_what_is_no_payment_of_ours_is_kept_and_not_booked(book, paid):
    book.move("stripe_fee", "", eur(-200), at=SOON)

    books.compare_all(now=NIGHT)

    assert BalanceMovement.objects.get().venue is None
    assert not LedgerEntry.objects.filter(debit=Account.FEES).exists()


def test_a_payment_whose_news_was_lost_is_taken_over(open_page, book):
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)

    books.compare_all(now=NIGHT)

    assert Payment.objects.get().attempt == attempt
    assert kinds() == []


def test_a_payment_on_its_way_is_not_looked_for_yet(open_page, book):
    attempt = open_page()
    book.pay(attempt.session_id, at=NIGHT - timedelta(minutes=1))

    books.compare_all(now=NIGHT)

    assert not Payment.objects.exists()


def test_a_payment_for_something_that_is_gone_is_a_difference(open_page, book, larkspur):
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    _forget(book, attempt.session_id)

    for night in range(2):
        books.compare_all(now=NIGHT + timedelta(days=night))

    difference = Difference.objects.get()
    assert (difference.kind, difference.venue) == ("payment_missing_here", larkspur)
    assert (difference.theirs, difference.ours) == (eur(2180), None)


def test_payments_of_other_apps_are_none_of_our_business(open_page, book):
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    page = book.pages[attempt.session_id]
    book.pages[attempt.session_id] = replace(page, payment=replace(page.payment, metadata={}))

    books.compare_all(now=NIGHT)

    assert kinds() == []
    assert not Payment.objects.exists()


def test_another_amount_at_stripe_is_a_difference(paid, book):
    page = next(iter(book.pages.values()))
    book.pages[page.session_id] = replace(page, payment=replace(page.payment, received=eur(2000)))

    books.compare_all(now=NIGHT)

    assert kinds() == [("payment_amount", paid.intent_id)]


def test_a_payment_stripe_does_not_know_is_a_difference(paid, book):
    book.pages.clear()

    books.compare_all(now=NIGHT)

    assert kinds() == [("payment_missing_there", paid.intent_id)]


def test_money_held_without_a_reason_is_let_go(open_page, book):
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    page = book.pages[attempt.session_id]
    held = replace(page.payment, status=IntentStatus.HELD, received=eur(0))
    book.pages[attempt.session_id] = replace(page, payment=None)
    book.intents[held.intent_id] = held

    books.compare_all(now=NIGHT)

    assert book.intents[held.intent_id].status == IntentStatus.CANCELED
    assert kinds() == [("hold_without_reason", held.intent_id)]


def test_an_account_that_cannot_be_read_does_not_hold_up_the_others(paid, book):
    book.fail_before.append(OutcomeUnknown("no answer"))

    first, second = (books.compare_all(now=NIGHT + timedelta(days=day)) for day in range(2))

    assert (first.failed, second.failed) == (1, 0)
    assert accounts.house_account().books_seen_until == NIGHT + timedelta(days=1)


# --- Sorting out ---------------------------------------------------------------------------------
@pytest.fixture
def difference(paid, book):
    book.pages.clear()
    books.compare_all(now=NIGHT)
    return Difference.objects.get()


@pytest.fixture
def sort_out(larkspur, niamh, difference):
    def say(note="It was the old account", *, role=Role.MANAGER, venue=larkspur):
        return differences.sort_out(
            venue=venue,
            difference_id=difference.pk,
            by=niamh,
            role=role,
            note=note,
            now=NIGHT,
        )

    return say


def test_somebody_says_what_came_of_it_once(sort_out, larkspur, niamh):
    sort_out()
    sort_out("Something else")
    books.compare_all(now=NIGHT + timedelta(days=1))

    (done,) = reading.list_sorted_out(larkspur)
    assert (done.note, done.sorted_by) == ("It was the old account", niamh)
    assert reading.list_differences(larkspur) == ()


def test_staff_do_not_review_money(sort_out):
    with pytest.raises(NotAllowed):
        sort_out(role=Role.STAFF)


def test_it_needs_words(sort_out):
    with pytest.raises(ReasonMissing):
        sort_out(" ")


def test_another_venue_s_difference_is_not_there(sort_out, odile):
    with pytest.raises(NoSuchDifference):
        sort_out(venue=odile)


def test_every_kind_has_advice():
    assert set(ADVICE) == set(DifferenceKind)


# --- By hand -------------------------------------------------------------------------------------
def test_the_command_names_every_difference_with_advice(paid, book, monkeypatch, capsys):
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    book.pages.clear()

    call_command("reconcile", "--since", EVENING.isoformat())

    said = capsys.readouterr().out
    assert "Differences found: 1." in said
    assert f"{paid.intent_id}: A payment here is unknown to Stripe." in said


def test_the_command_fails_where_books_cannot_be_read(paid, book, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    book.away.add("list_movements")

    with pytest.raises(CommandError):
        call_command("reconcile", "--since", EVENING.isoformat())


def _forget(book, session_id):
    """The page's metadata names an attempt that is not here, as after an old backup."""
    page = book.pages[session_id]
    gone = {**page.payment.metadata, "attempt": "00000000-0000-4000-8000-00000000dead"}
    book.pages[session_id] = replace(
        page, payment=replace(page.payment, metadata=gone), metadata=gone
    )
