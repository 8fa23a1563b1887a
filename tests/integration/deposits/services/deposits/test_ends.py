"""Moved, cancelled, expired: how a deposit nobody claims ends."""

from __future__ import annotations

from deposits.rules.deposit_states import DepositState
from deposits.rules.hold_window import Instrument
from deposits.selectors import deposits as deposits_of
from deposits.services import (
    bookings,
    following,
)
from orders.models import Message
from payments.gateway.snapshots import IntentStatus
from tests import fakes
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import NOW, VISIT
from tests.integration.deposits.depositing import DAY, HOUR, MINUTE, pass_time
from tests.integration.deposits.services.deposits.conftest import LATER, state_of, won


def status_of(booking):
    return fakes.BOOK.payment(depositing.of(booking).hold.intent_id).status


# --- Letting go
def test_cancelled_in_time_is_released_by_the_next_sweep(held, book):
    bookings.cancel(booking_id=held.id, by=None, now=NOW + HOUR)

    following.sweep(now=NOW + HOUR)

    assert (state_of(held), status_of(held)) == (DepositState.RELEASED, IntentStatus.CANCELED)


def test_cancelled_before_anything_was_held_forgets_the_card(far, book):
    bookings.cancel(booking_id=far.id, by=None, now=NOW + HOUR)

    following.sweep(now=NOW + HOUR)

    assert state_of(far) == DepositState.WAIVED
    assert next(iter(book.cards.values())).customer_ref == ""


def test_what_nobody_decides_is_released_three_hours_before_the_bank_would(missed):
    deadline = depositing.of(missed).hold.capture_before
    pass_time(deadline - 4 * HOUR)
    before = state_of(missed)

    pass_time(deadline - 2 * HOUR)

    assert (before, state_of(missed)) == (DepositState.HELD, DepositState.RELEASED)


def test_managers_are_warned_a_day_before_once(missed):
    deadline = depositing.of(missed).hold.capture_before

    pass_time(deadline - 23 * HOUR)
    pass_time(deadline - 22 * HOUR)

    assert Message.objects.filter(source_key__contains="runs-out").count() == 1


def test_a_bank_that_lets_go_is_seen(held):
    pass_time(NOW + 8 * DAY)

    assert state_of(held) in {DepositState.EXPIRED, DepositState.RELEASED}


def test_an_expiry_is_an_end_of_its_own(held, book):
    book.away.update({"release_payment"})
    book.lapse(at=NOW + 8 * DAY)
    book.away.clear()
    depositing.holds.refresh(hold_id=depositing.of(held).hold_id, now=NOW + 8 * DAY)

    following.sweep(now=NOW + 8 * DAY)

    assert state_of(held) == DepositState.EXPIRED


def test_moved_beyond_the_banks_deadline_a_card_is_asked_for_anew(held, sora, book):
    intent_id = depositing.of(held).hold.intent_id
    bookings.move(booking_id=held.id, starts_at=LATER, by=sora, now=NOW + HOUR)

    following.sweep(now=NOW + HOUR)

    deposit = depositing.of(held)
    assert (deposit.state, deposit.instrument, deposit.hold) == (
        DepositState.ASKED, Instrument.CARD, None,
    )  # fmt: skip
    assert book.payment(intent_id).status == IntentStatus.CANCELED


def test_moved_within_it_the_hold_stays(held, sora):
    bookings.move(booking_id=held.id, starts_at=VISIT + HOUR, by=sora, now=NOW + HOUR)

    following.sweep(now=NOW + HOUR)

    assert state_of(held) == DepositState.HELD


# --- What cancelling costs
def test_what_would_be_owed_is_always_said(held):
    free = held.free_until

    assert deposits_of.owed_if_cancelled(held, now=free) == won(0)
    assert deposits_of.owed_if_cancelled(held, now=free + MINUTE) == won(5_500)
