"""Money held on a card: by its page, and on a saved card."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import Hold, LedgerEntry
from payments.rules.hold_states import HoldState
from payments.services import (
    hold_steps,
    holds,
    reconciliation,
)
from payments.services.pages import CardPaymentsOff, GatewayAway, TooSmallForCard
from tests.conftest import EVENING
from tests.holding import SOON, agreed, give, held, saved
from tests.integration.payments.services.holds.conftest import DAY, eur, status_of


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
