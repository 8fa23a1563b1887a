"""Every hold ends once: let go, taken, or given back by the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from payments.gateway.errors import GatewayBug, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus, PageStatus
from payments.models import GatewayOperation, Hold, LedgerEntry, Payment
from payments.rules.accounts import Account
from payments.rules.hold_states import HoldState, Wish
from payments.services import (
    hold_steps,
    holds,
)
from payments.services.holds import HoldIsOver, MoreThanHeld
from tests.conftest import EVENING
from tests.holding import SOON, agreed, held
from tests.integration.payments.services.holds.conftest import DAY, eur, status_of


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
