"""What Stripe tells of holds, and what is held for nobody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from payments.gateway.errors import Busy
from payments.gateway.snapshots import IntentStatus
from payments.models import Difference, Hold, LedgerEntry
from payments.rules.differences import DifferenceKind
from payments.rules.hold_states import HoldState, HoldWay
from payments.services import (
    books,
    hold_news,
    hold_steps,
    holds,
    inbox,
    reconciliation,
)
from tests.conftest import EVENING
from tests.holding import SOON, agreed, held
from tests.integration.payments.services.holds.conftest import DAY, eur, status_of


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
