"""What a policy asks for, and how it is secured until the visit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from deposits.models import Deposit, DepositPolicy
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_policy import Asks, PolicyUnclear
from deposits.rules.deposit_states import DepositState
from deposits.rules.hold_window import Instrument
from deposits.selectors import deposit_policies as policies_of
from deposits.selectors import deposit_words
from deposits.services import (
    bookings,
    deposit_policies,
    deposits,
)
from deposits.services.deposits import NothingAsked
from orders.models import Message
from orders.rules.roles import NotAllowed, Role
from payments.rules.hold_states import HoldState
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import NOW
from tests.integration.deposits.depositing import HOUR, MINUTE, SIGNED, give_card, pass_time
from tests.integration.deposits.services.deposits.conftest import LATER, state_of, won


# --- Asking
def test_without_a_policy_nothing_is_asked(odile, sora, wish):
    booking = deposits.book(venue=odile, wish=wish(), by=sora, now=NOW)

    assert (booking.state, Deposit.objects.count()) == (BookingState.CONFIRMED, 0)


def test_a_policy_that_asks_keeps_the_booking_waiting_for_a_card(asked):
    deposit = depositing.of(asked)

    assert asked.state == BookingState.REQUESTED
    assert (deposit.state, deposit.amount, deposit.instrument) == (
        DepositState.ASKED, won(11_000), Instrument.HOLD,
    )  # fmt: skip


def test_the_policy_is_copied_and_later_ones_change_nothing(odile, sora, asked):
    depositing.decide(odile, sora, now=NOW, late_share=Decimal(90), percent=Decimal(80))

    deposit = depositing.of(asked)
    assert (deposit.policy.version, deposit.late_share, deposit.amount) == (
        1, Decimal(50), won(11_000),
    )  # fmt: skip


def test_the_same_terms_are_no_new_version_and_others_are(odile, sora, policy):
    again = depositing.decide(odile, sora, now=NOW)
    other = depositing.decide(odile, sora, now=NOW, asks=Asks.NEW_GUESTS)

    assert (again, other.version, DepositPolicy.objects.count()) == (policy, 2, 2)


def test_staff_do_not_decide_the_policy_and_it_must_be_clear(odile, sora):
    with pytest.raises(NotAllowed):
        deposit_policies.decide(
            venue=odile, terms=depositing.terms(), by=sora, role=Role.STAFF, now=NOW
        )
    with pytest.raises(PolicyUnclear):
        depositing.decide(odile, sora, now=NOW, late_share=Decimal(101))


def test_a_salon_is_proposed_what_salons_usually_ask(odile, larkspur):
    salon, cafe = policies_of.preset(odile), policies_of.preset(larkspur)

    assert (salon.asks, salon.percent, salon.late_share) == (
        Asks.NEW_GUESTS, Decimal(20), Decimal(50),
    )  # fmt: skip
    assert cafe.asks == Asks.NOBODY


def test_the_words_say_hold_only_where_money_is_held(asked, far):
    now_held = deposit_words.sentences(depositing.of(asked))
    saved = deposit_words.sentences(depositing.of(far))

    assert "is held on my card now" in now_held[0]
    assert saved[0].startswith("My card is saved now.")


# --- Securing
def test_a_near_visit_is_held_for_and_confirmed(held):
    deposit = depositing.of(held)

    assert (held.state, deposit.state) == (BookingState.CONFIRMED, DepositState.HELD)
    assert deposit.hold.capture_before == NOW + timedelta(days=7)


def test_a_far_visit_has_a_card_saved_and_is_confirmed(far, book):
    deposit = depositing.of(far)

    assert (far.state, deposit.state, deposit.instrument) == (
        BookingState.CONFIRMED, DepositState.CARD_SAVED, Instrument.CARD,
    )  # fmt: skip
    assert book.intents == {}


def test_the_hold_is_placed_36_hours_before_and_not_earlier(far, book):
    pass_time(LATER - timedelta(hours=36, minutes=1))
    before = state_of(far)

    pass_time(LATER - timedelta(hours=35, minutes=55))

    assert (before, state_of(far)) == (DepositState.CARD_SAVED, DepositState.HELD)
    assert len(book.intents) == 1


@pytest.fixture
def refused(odile, sora, wish, policy):
    """The bank of the saved card said no 36 hours before."""
    booking = deposits.book(venue=odile, wish=wish(starts_at=LATER), by=sora, now=NOW)
    give_card(booking, now=NOW, refusals=["insufficient_funds"])
    pass_time(LATER - timedelta(hours=35, minutes=55))
    booking.refresh_from_db()
    return booking


def test_a_refused_hold_asks_for_another_card_by_mail(refused, book):
    deposit = depositing.of(refused)

    assert (deposit.state, deposit.hold) == (DepositState.ASKED, None)
    assert LATER - 13 * HOUR < deposit.answer_by < LATER
    mail = Message.objects.get(kind="deposit_note")
    assert (mail.to, "another card" in mail.subject) == ("maeve@example.org", True)


def test_another_card_is_held_on_at_once(refused):
    again = give_card(refused, now=LATER - 30 * HOUR)

    assert (again.state, again.instrument) == (DepositState.HELD, Instrument.HOLD)


def test_no_other_card_in_time_leaves_the_booking_and_says_so(refused):
    pass_time(LATER - 5 * HOUR)

    refused.refresh_from_db()
    assert (refused.state, state_of(refused)) == (BookingState.CONFIRMED, DepositState.FAILED)


def test_a_time_nobody_gave_a_card_for_is_free_again(asked):
    pass_time(NOW + 46 * MINUTE)

    asked.refresh_from_db()
    assert (asked.state, state_of(asked)) == (BookingState.CANCELLED, DepositState.FAILED)


def test_a_card_given_after_the_time_was_let_go_is_let_go_too(asked, book):
    hold = deposits.give_card(deposit_id=depositing.of(asked).id, signed=SIGNED, now=NOW)
    book.pay(hold.session_id, at=NOW + MINUTE)
    bookings.cancel(booking_id=asked.id, by=None, now=NOW + MINUTE)

    pass_time(NOW + 2 * MINUTE)

    hold.refresh_from_db()
    assert (hold.state, state_of(asked)) == (HoldState.RELEASED, DepositState.WAIVED)


def test_no_card_is_taken_twice_or_for_what_is_over(held):
    with pytest.raises(NothingAsked):
        deposits.give_card(deposit_id=depositing.of(held).id, signed=SIGNED, now=NOW)
