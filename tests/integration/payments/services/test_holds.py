"""Money held on a card ends once: applied, captured, released, or let go by its bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config.kernel.money import Money
from payments.gateway.errors import Busy, CredentialsInvalid, GatewayBug, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus, PageStatus
from payments.models import Difference, GatewayOperation, Hold, LedgerEntry, Payment, Receipt
from payments.rules.accounts import Account
from payments.rules.differences import DifferenceKind
from payments.rules.hold_states import HoldState, HoldWay, Wish
from payments.selectors import balances
from payments.services import (
    books,
    checkout,
    hold_news,
    hold_steps,
    holds,
    inbox,
    reconciliation,
    reopening,
)
from payments.services.holds import HoldIsOver, MoreThanHeld
from payments.services.pages import CardPaymentsOff, GatewayAway, TooSmallForCard
from payments.services.reasking import PaymentUnderWay
from payments.services.requests import NotOwing
from tests.conftest import EVENING
from tests.holding import SOON, agreed, give, held, saved

DAY = timedelta(days=1)


def eur(minor):
    return Money(minor, "EUR")


def status_of(book, hold):
    return book.payment(hold.intent_id).status


# --- Held while the guest is there ----------------------------------------------------------------
def test_a_page_is_opened_and_nothing_is_held_yet(larkspur, book):
    hold = holds.ask(agreed(larkspur), now=EVENING)

    assert (hold.state, hold.amount) == (HoldState.PAGE_OPEN, eur(3000))
    assert hold.sentences == ["It is held.", "It is let go when I cancel in time."]
    assert book.pages[hold.session_id].payment is None


def test_the_money_is_held_and_its_banks_deadline_is_kept(larkspur, book):
    hold = held(larkspur)

    assert (hold.state, hold.card_last4) == (HoldState.HELD, "4242")
    assert hold.capture_before == EVENING + timedelta(days=7)
    assert book.taken == []
    assert not LedgerEntry.objects.exists()


def test_pressing_twice_opens_one_page(larkspur, book):
    words = agreed(larkspur)
    first = holds.ask(words, now=EVENING)

    assert holds.ask(words, now=SOON) == first
    assert len(book.pages) == 1


def test_two_pages_of_one_purpose_keep_one_hold(larkspur, book):
    first = holds.ask(agreed(larkspur), now=EVENING)
    other = agreed(larkspur, purpose_id=first.purpose_id, browser_digest="another phone")
    second = holds.ask(other, now=EVENING)
    give(first)

    late = give(second)

    assert late.state == HoldState.RELEASED
    assert status_of(book, late) == IntentStatus.CANCELED
    assert Hold.objects.get(id=first.id).state == HoldState.HELD


def test_a_page_that_runs_out_has_failed(larkspur, book):
    hold = holds.ask(agreed(larkspur), now=EVENING)
    book.run_out(hold.session_id)

    hold_steps.sweep(now=EVENING + timedelta(hours=1))

    hold.refresh_from_db()
    assert (hold.state, hold.next_check_at) == (HoldState.FAILED, None)


def test_a_page_that_nobody_could_open_is_asked_for_again_under_its_key(larkspur, book):
    book.fail_after.append(OutcomeUnknown("lost"))
    words = agreed(larkspur)

    with pytest.raises(GatewayAway):
        holds.ask(words, now=EVENING)
    reconciliation.resolve_operations(now=SOON)

    assert Hold.objects.get().state == HoldState.PAGE_OPEN
    assert len(book.pages) == 1


def test_keys_that_are_refused_hold_nothing(larkspur, book):
    book.fail_before.append(CredentialsInvalid("revoked"))

    with pytest.raises(CardPaymentsOff):
        holds.ask(agreed(larkspur), now=EVENING)

    assert Hold.objects.get().state == HoldState.FAILED


def test_too_little_is_refused_in_words(larkspur):
    with pytest.raises(TooSmallForCard):
        holds.ask(agreed(larkspur, minor=10), now=EVENING)


# --- A card for later -----------------------------------------------------------------------------
def test_a_card_is_saved_and_nothing_is_held(larkspur, book):
    hold = saved(larkspur)

    assert (hold.state, hold.intent_id, hold.card_last4) == (HoldState.CARD_SAVED, None, "4242")
    assert book.intents == {}


def test_the_hold_is_placed_on_the_saved_card_once(larkspur, book):
    book.clock = SOON
    hold = saved(larkspur)

    first = holds.place(hold_id=hold.id, now=SOON)
    again = holds.place(hold_id=hold.id, now=SOON)

    assert (first.state, again.state) == (HoldState.HELD, HoldState.HELD)
    assert len(book.intents) == 1
    assert first.capture_before == SOON + timedelta(days=7)


@pytest.mark.parametrize("code", ["insufficient_funds", "authentication_required"])
def test_a_bank_that_says_no_leaves_nothing_behind(larkspur, book, code):
    hold = saved(larkspur, refusals=[code])

    failed = holds.place(hold_id=hold.id, now=SOON)

    assert (failed.state, failed.decline_code) == (HoldState.FAILED, code)
    assert status_of(book, failed) == IntentStatus.CANCELED
    assert book.cards[failed.card_ref].customer_ref == ""


def test_a_lost_answer_is_no_refusal_and_places_no_second_hold(larkspur, book):
    book.clock = SOON
    hold = saved(larkspur)
    book.fail_after.append(OutcomeUnknown("lost"))

    holds.place(hold_id=hold.id, now=SOON)
    hold_steps.sweep(now=SOON + timedelta(minutes=3))

    assert Hold.objects.get().state == HoldState.HELD
    assert len(book.intents) == 1


def test_an_answer_that_is_older_than_its_key_is_looked_up(larkspur, book):
    book.clock = SOON
    hold = saved(larkspur)
    book.fail_after.append(OutcomeUnknown("lost"))
    holds.place(hold_id=hold.id, now=SOON)
    book.calls.clear()

    hold_steps.sweep(now=SOON + DAY)

    assert Hold.objects.get().state == HoldState.HELD
    assert "place_hold" not in book.calls


def test_a_saved_card_that_is_not_needed_is_kept_no_longer(larkspur, book):
    hold = saved(larkspur)

    dropped = holds.release(hold_id=hold.id, now=SOON)

    assert dropped.state == HoldState.DROPPED
    assert book.cards[dropped.card_ref].customer_ref == ""


# --- Letting go -----------------------------------------------------------------------------------
def test_a_hold_is_let_go_and_nothing_is_booked(larkspur, book):
    hold = held(larkspur)

    released = holds.release(hold_id=hold.id, now=SOON)

    assert (released.state, released.ended_at) == (HoldState.RELEASED, SOON)
    assert status_of(book, hold) == IntentStatus.CANCELED
    assert not LedgerEntry.objects.exists()


def test_letting_go_twice_is_no_error(larkspur):
    hold = held(larkspur)
    holds.release(hold_id=hold.id, now=SOON)

    assert holds.release(hold_id=hold.id, now=SOON).state == HoldState.RELEASED


def test_an_open_page_is_closed_with_its_hold(larkspur, book):
    hold = holds.ask(agreed(larkspur), now=EVENING)

    dropped = holds.release(hold_id=hold.id, now=SOON)

    assert dropped.state == HoldState.DROPPED
    assert book.pages[hold.session_id].status == PageStatus.EXPIRED


def test_a_guest_who_was_faster_than_the_cancelling_gets_the_money_back(larkspur, book):
    hold = holds.ask(agreed(larkspur), now=EVENING)
    book.pay(hold.session_id, at=SOON)

    released = holds.release(hold_id=hold.id, now=SOON)

    assert released.state == HoldState.RELEASED
    assert book.payment(released.intent_id).status == IntentStatus.CANCELED


def test_letting_go_without_an_answer_is_done_by_the_sweep(larkspur, book):
    hold = held(larkspur)
    book.away.add("release_payment")
    holds.release(hold_id=hold.id, now=SOON)
    book.away.clear()

    hold_steps.sweep(now=SOON + timedelta(minutes=3))

    assert Hold.objects.get().state == HoldState.RELEASED


# --- Taking ---------------------------------------------------------------------------------------
def test_a_hold_is_captured_for_somebody_who_never_came(larkspur, book):
    hold = held(larkspur)

    captured = holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)

    entry = LedgerEntry.objects.get()
    assert (captured.state, captured.captured) == (HoldState.CAPTURED, eur(1500))
    assert (entry.debit, entry.credit, entry.amount, entry.source_key, entry.hold) == (
        Account.CLEARING, Account.NO_SHOW_FEES, eur(1500), f"hold:{hold.id}:captured", hold,
    )  # fmt: skip
    assert book.taken == [eur(1500)]
    assert not Payment.objects.exists()


def test_a_capture_whose_answer_was_lost_takes_once(larkspur, book):
    hold = held(larkspur)
    book.fail_after.append(OutcomeUnknown("lost"))

    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)
    before = Hold.objects.get().state
    hold_steps.sweep(now=SOON + timedelta(minutes=3))

    assert (before, Hold.objects.get().state) == (HoldState.HELD, HoldState.CAPTURED)
    assert book.taken == [eur(1500)]
    assert LedgerEntry.objects.count() == 1


def test_capturing_the_same_twice_takes_it_once(larkspur, book):
    hold = held(larkspur)
    book.away.add("capture")
    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)
    book.away.clear()

    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)

    assert book.taken == [eur(1500)]
    assert GatewayOperation.objects.filter(kind="hold_capture").count() == 1


def test_what_is_let_go_cannot_be_taken_nor_the_other_way_round(larkspur, book):
    gone, taken = held(larkspur), held(larkspur)
    holds.release(hold_id=gone.id, now=SOON)
    book.away.add("capture")
    holds.capture(hold_id=taken.id, amount=eur(1500), now=SOON)

    with pytest.raises(HoldIsOver):
        holds.capture(hold_id=gone.id, amount=eur(1), now=SOON)
    with pytest.raises(HoldIsOver):
        holds.release(hold_id=taken.id, now=SOON)
    with pytest.raises(HoldIsOver):
        holds.capture(hold_id=taken.id, amount=eur(1600), now=SOON)


def test_more_than_is_held_cannot_be_taken(larkspur):
    hold = held(larkspur)

    with pytest.raises(MoreThanHeld):
        holds.capture(hold_id=hold.id, amount=eur(3001), now=SOON)

    assert Hold.objects.get().wish == Wish.NONE


def test_a_bank_that_was_faster_than_the_capture_has_the_last_word(larkspur, book):
    hold = held(larkspur)
    book.lapse(at=EVENING + 8 * DAY)

    expired = holds.capture(hold_id=hold.id, amount=eur(1500), now=EVENING + 8 * DAY)

    assert expired.state == HoldState.EXPIRED
    assert not LedgerEntry.objects.exists()


def test_a_refused_capture_leaves_it_held_and_is_asked_for_again(larkspur, book):
    hold = held(larkspur)
    book.fail_before.append(GatewayBug("odd"))
    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)
    before = Hold.objects.get().state

    hold_steps.sweep(now=SOON + timedelta(minutes=3))

    assert (before, Hold.objects.get().state) == (HoldState.HELD, HoldState.CAPTURED)


def test_money_taken_at_stripes_own_desk_is_booked(larkspur, book):
    hold = held(larkspur)
    paid = replace(book.payment(hold.intent_id), status=IntentStatus.SUCCEEDED, received=eur(900))
    book.put(paid)

    taken = holds.refresh(hold_id=hold.id, now=SOON)

    assert (taken.state, taken.captured) == (HoldState.CAPTURED, eur(900))


# --- For a tab ------------------------------------------------------------------------------------
def test_a_tab_takes_what_it_owes_and_the_rest_is_let_go(larkspur, closed_tab, book):
    hold = held(larkspur)

    applied = holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    closed_tab.refresh_from_db()
    receipt = Receipt.objects.get()
    entry = LedgerEntry.objects.get(hold=hold)
    assert (applied.state, applied.captured) == (HoldState.APPLIED, eur(2180))
    assert (entry.debit, entry.credit, entry.source_key) == (
        Account.CLEARING, Account.RECEIVABLE, f"hold:{hold.id}:applied",
    )  # fmt: skip
    assert closed_tab.is_settled
    assert (receipt.payment.hold, receipt.email) == (hold, "maeve@example.org")
    assert book.taken == [eur(2180)]


def test_a_smaller_hold_leaves_the_rest_owing(larkspur, closed_tab):
    hold = held(larkspur, minor=1000)

    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    assert balances.get_standing(closed_tab).balance == eur(1180)


def test_what_is_being_taken_cannot_be_paid_by_page_as_well(larkspur, closed_tab, book, wish):
    hold = held(larkspur, minor=1000)
    book.away.add("capture")
    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    standing = balances.get_standing(closed_tab)

    assert (standing.reserved, standing.open_amount) == (eur(1000), eur(1180))
    attempt = checkout.open_page(tab_id=closed_tab.id, wish=wish(1180), now=SOON)
    assert attempt.amount == eur(1180)


def test_a_tab_that_a_hold_is_taken_for_is_not_opened_again(larkspur, closed_tab, book, niamh):
    hold = held(larkspur)
    book.away.add("capture")
    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    with pytest.raises(PaymentUnderWay):
        reopening.reopen_tab(
            tab_id=closed_tab.id, by=niamh, role="manager", reason="Wrong", now=SOON
        )


def test_a_tab_that_owes_nothing_any_more_lets_the_hold_go(larkspur, closed_tab, book, wish):
    hold = held(larkspur)
    checkout.open_page(tab_id=closed_tab.id, wish=wish(2180), now=SOON)

    left = holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    assert left.state == HoldState.RELEASED


def test_an_open_tab_takes_nothing(larkspur, open_tab):
    hold = held(larkspur)

    with pytest.raises(NotOwing):
        holds.apply(hold_id=hold.id, tab_id=open_tab.id, now=SOON)


# --- News -----------------------------------------------------------------------------------------
def test_news_may_come_in_any_order_and_any_number_of_times(larkspur, book):
    hold = held(larkspur)
    before = book.payment(hold.intent_id)
    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)
    after = book.payment(hold.intent_id)

    for news in (after, before, after, before):
        hold_news.take_over_payment(news, now=SOON)

    assert Hold.objects.get().state == HoldState.CAPTURED
    assert LedgerEntry.objects.count() == 1


def test_an_expiry_nobody_told_us_of_is_found(larkspur, book):
    hold = held(larkspur)
    book.lapse(at=EVENING + 8 * DAY)

    hold_steps.sweep(now=EVENING + 8 * DAY)

    hold.refresh_from_db()
    assert hold.state == HoldState.EXPIRED


def test_a_hold_that_was_never_heard_of_and_lapsed_has_expired(larkspur, book):
    hold = holds.ask(agreed(larkspur), now=EVENING)
    book.pay(hold.session_id, at=EVENING)
    book.lapse(at=EVENING + 8 * DAY)

    assert holds.refresh(hold_id=hold.id, now=EVENING + 8 * DAY).state == HoldState.EXPIRED


@pytest.mark.parametrize("type_", ["checkout.session.completed", "payment_intent.canceled"])
def test_events_about_holds_reach_them(larkspur, book, type_):
    hold = holds.ask(agreed(larkspur), now=EVENING)
    intent_id = book.pay(hold.session_id, at=EVENING)
    named = hold.session_id if type_.startswith("checkout") else intent_id
    book.undeliver("evt_1", type_, named, at=EVENING)
    reconciliation.fetch_undelivered(now=SOON)

    inbox.handle_waiting(now=SOON)

    assert Hold.objects.get().state == HoldState.HELD


# --- Every night ----------------------------------------------------------------------------------
def test_money_held_for_nobody_is_let_go_and_listed(larkspur, book):
    hold = held(larkspur)
    Hold.objects.filter(id=hold.id).delete()

    books.compare_all(now=EVENING + DAY)

    difference = Difference.objects.get()
    assert status_of(book, hold) == IntentStatus.CANCELED
    assert (difference.kind, difference.venue, difference.theirs_minor) == (
        DifferenceKind.HOLD_WITHOUT_REASON, larkspur, 3000,
    )  # fmt: skip


def test_a_live_hold_is_no_difference(larkspur, book):
    hold = held(larkspur)

    books.compare_all(now=EVENING + DAY)

    assert status_of(book, hold) == IntentStatus.HELD
    assert not Difference.objects.exists()


def test_a_captured_hold_is_no_difference(larkspur):
    hold = held(larkspur)
    holds.capture(hold_id=hold.id, amount=eur(1500), now=SOON)

    books.compare_all(now=EVENING + DAY)

    assert not Difference.objects.exists()


def test_a_hold_stripe_does_not_know_is_told_to_a_manager(larkspur, book):
    hold = held(larkspur)
    book.pages.clear()

    hold_steps.sweep(now=EVENING + DAY)
    hold_steps.sweep(now=EVENING + 9 * DAY)

    assert Difference.objects.get().kind == DifferenceKind.HOLD_MISSING_THERE
    assert Hold.objects.get(id=hold.id).state == HoldState.EXPIRED


# --- What the database forbids --------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"captured_minor": 3001, "state": "captured", "ended_at": EVENING},
        {"state": "captured", "ended_at": EVENING},
        {"state": "released"},
        {"captured_minor": 5},
        {"intent_id": None},
        {"state": "applied", "captured_minor": 5, "ended_at": EVENING},
        {"ended_at": EVENING},
    ],
    ids="+".join,
)
def test_the_database_knows_what_a_hold_cannot_be(larkspur, changes):
    hold = held(larkspur)

    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(id=hold.id).update(**changes)


def test_a_busy_processor_is_asked_again(larkspur, book, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    hold = held(larkspur)
    book.fail_before.extend([Busy("lock_timeout")] * 2)

    assert holds.release(hold_id=hold.id, now=SOON).state == HoldState.RELEASED


def test_a_later_way_needs_a_customer_first(larkspur, book):
    hold = holds.ask(agreed(larkspur, way=HoldWay.LATER), now=EVENING)

    assert hold.customer_ref == book.keepers[hold.session_id]
