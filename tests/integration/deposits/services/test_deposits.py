"""A deposit is asked for by the policy, secured by lead time, and ends exactly once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from config.kernel.money import Money
from deposits.models import Deposit, DepositPolicy
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_policy import Asks, PolicyUnclear
from deposits.rules.deposit_states import DepositState, Why
from deposits.rules.hold_window import Instrument
from deposits.rules.no_show import EvidenceMissing, NothingToClaim, TooLateToObject
from deposits.rules.visits import ContactWay
from deposits.selectors import deposit_policies as policies_of
from deposits.selectors import deposit_words
from deposits.selectors import deposits as deposits_of
from deposits.services import (
    arrivals,
    bookings,
    claims,
    closing,
    deposit_policies,
    deposits,
    following,
)
from deposits.services.claims import HeldTooShort, NoSuchDeposit, NotDisputed
from deposits.services.deposits import NothingAsked
from orders.models import Message
from orders.rules.roles import NotAllowed, Role
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import Hold, LedgerEntry
from payments.rules.accounts import Account
from payments.rules.hold_states import HoldState
from tests import fakes
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import NOW, VISIT
from tests.integration.deposits.depositing import DAY, HOUR, MINUTE, SIGNED, give_card, pass_time

LATER = VISIT + timedelta(weeks=5)


def won(minor):
    return Money(minor, "KRW")


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.fixture
def policy(odile, sora):
    return depositing.decide(odile, sora, now=NOW)


@pytest.fixture
def asked(odile, sora, wish, policy):
    """Maeve is asked for ₩11,000 before Tuesday at two."""
    return deposits.book(venue=odile, wish=wish(), by=sora, now=NOW)


@pytest.fixture
def held(asked):
    """Maeve's ₩11,000 are held."""
    give_card(asked, now=NOW)
    asked.refresh_from_db()
    return asked


@pytest.fixture
def far(odile, sora, wish, policy):
    """Maeve has saved a card for a visit in five weeks."""
    booking = deposits.book(venue=odile, wish=wish(starts_at=LATER), by=sora, now=NOW)
    give_card(booking, now=NOW)
    booking.refresh_from_db()
    return booking


@pytest.fixture
def missed(held, sora):
    """Maeve did not come, and Sora has called her."""
    late = VISIT + 20 * MINUTE
    arrivals.note_contact(booking_id=held.id, way=ContactWay.PHONE, by=sora, now=late)
    arrivals.record_no_show(booking_id=held.id, by=sora, now=late)
    return held


@pytest.fixture
def claimed(odile, sora, missed):
    return claim(odile, missed, sora)


def claim(venue, booking, by, *, now=VISIT + HOUR, role=Role.STAFF):
    return claims.claim(
        venue=venue,
        deposit_id=depositing.of(booking).id,
        by=by,
        role=role,
        evidence="Called twice",
        now=now,
    )


def state_of(booking):
    return depositing.of(booking).state


def status_of(booking):
    return fakes.BOOK.payment(depositing.of(booking).hold.intent_id).status


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


# --- Taking
def test_a_claim_tells_the_guest_and_takes_nothing_yet(claimed, book):
    assert (claimed.state, claimed.why, claimed.owed) == (
        DepositState.CLAIMED, Why.NO_SHOW, won(11_000),
    )  # fmt: skip
    assert Message.objects.filter(to="maeve@example.org", kind="deposit_note").count() == 1
    assert book.taken == []


def test_it_is_taken_after_the_window_and_not_a_minute_before(claimed, missed, book):
    pass_time(claimed.objection_until - MINUTE)
    before = book.taken

    pass_time(claimed.objection_until + MINUTE)

    entry = LedgerEntry.objects.get()
    assert (before, book.taken) == ([], [won(11_000)])
    assert state_of(missed) == DepositState.CAPTURED
    assert (entry.debit, entry.credit) == (Account.CLEARING, Account.NO_SHOW_FEES)


def test_cancelling_late_costs_its_share(odile, sora, held, book):
    bookings.cancel(booking_id=held.id, by=None, now=VISIT - HOUR)
    deposit = claim(odile, held, sora)

    pass_time(deposit.objection_until + MINUTE)

    assert (deposit.why, book.taken) == (Why.LATE_CANCEL, [won(5_500)])


def test_a_no_show_nobody_tried_to_reach_cannot_be_claimed(odile, sora, held):
    arrivals.record_no_show(booking_id=held.id, by=sora, now=VISIT + 20 * MINUTE)

    with pytest.raises(EvidenceMissing):
        claim(odile, held, sora)


def test_a_guest_who_is_still_expected_owes_nothing(odile, sora, held):
    with pytest.raises(NothingToClaim):
        claim(odile, held, sora)


def test_a_claim_leaves_the_guest_their_time(odile, sora, missed):
    deadline = depositing.of(missed).hold.capture_before

    with pytest.raises(HeldTooShort):
        claim(odile, missed, sora, now=deadline - 20 * HOUR)


def test_claiming_twice_is_once(odile, sora, missed, claimed):
    again = claim(odile, missed, sora, now=VISIT + 5 * HOUR)

    assert again.objection_until == claimed.objection_until


def test_deposits_of_other_venues_are_unknown(larkspur, sora, missed):
    with pytest.raises(NoSuchDeposit):
        claim(larkspur, missed, sora)


def test_an_objection_stops_the_clock_and_tells_the_managers(claimed, missed, book):
    claims.object_to(deposit_id=claimed.id, text="I was there", now=VISIT + 2 * HOUR)

    pass_time(claimed.objection_until + HOUR)

    assert (state_of(missed), book.taken) == (DepositState.OBJECTED, [])
    assert Message.objects.filter(source_key__contains="objected").count() == 1


def test_objecting_too_late_is_refused(claimed):
    with pytest.raises(TooLateToObject):
        claims.object_to(deposit_id=claimed.id, text="No", now=claimed.objection_until)


@pytest.mark.parametrize(
    ("keep", "state", "taken"),
    [(True, DepositState.CAPTURED, [11_000]), (False, DepositState.RELEASED, [])],
)
def test_a_manager_decides_an_objection_once(odile, sora, claimed, book, keep, state, taken):
    claims.object_to(deposit_id=claimed.id, text="I was there", now=VISIT + 2 * HOUR)
    words = {
        "venue": odile,
        "deposit_id": claimed.id,
        "by": sora,
        "keep": keep,
        "reason": "Talked to Maeve",
        "now": VISIT + 3 * HOUR,
    }
    with pytest.raises(NotAllowed):
        claims.decide(**words, role=Role.STAFF)

    decided = claims.decide(**words, role=Role.MANAGER)

    assert (decided.state, book.taken) == (state, [won(minor) for minor in taken])
    with pytest.raises(NotDisputed):
        claims.decide(**words, role=Role.MANAGER)


def test_an_objection_nobody_answers_is_released(claimed, missed):
    claims.object_to(deposit_id=claimed.id, text="I was there", now=VISIT + 2 * HOUR)

    pass_time(depositing.of(missed).hold.capture_before - 2 * HOUR)

    assert state_of(missed) == DepositState.RELEASED


@pytest.mark.parametrize("start", ["asked", "held", "far", "claimed"])
def test_a_deposit_may_be_given_up_at_any_time(request, odile, sora, start):
    request.getfixturevalue(start)
    deposit = Deposit.objects.get()

    over = claims.give_up(
        venue=odile, deposit_id=deposit.id, by=sora, role=Role.STAFF, reason="Kind", now=VISIT
    )

    assert over.state in {DepositState.WAIVED, DepositState.RELEASED}
    assert not Hold.objects.live().exists()


# --- The visit
@pytest.fixture
def visit(odile, sora, held):
    """Maeve is here; her tab is open."""
    booking = arrivals.arrive(booking_id=held.id, by=sora, now=VISIT)
    for line in booking.tab.lines.all():
        depositing.sign(line, by=sora, now=VISIT)
    return booking


def test_the_deposit_pays_a_part_of_the_bill(visit, sora, book):
    closed = closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)

    assert (state_of(visit), book.taken) == (DepositState.APPLIED, [won(11_000)])
    assert closed.request.amount == won(55_000)
    link = Message.objects.filter(tab_id=visit.tab_id, kind="payment_link").get()
    assert "44,000" in link.text


def test_without_an_outcome_the_link_waits_two_minutes_and_no_longer(visit, sora, book):
    book.away.update({"capture", "get_payment"})
    closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)
    links = Message.objects.filter(tab_id=visit.tab_id, kind="payment_link")
    at_once = links.count()

    closing.send_links_that_wait(now=VISIT + HOUR + MINUTE)
    early = links.count()
    closing.send_links_that_wait(now=VISIT + HOUR + 2 * MINUTE)

    assert (at_once, early, links.count()) == (0, 0, 1)


def test_a_lost_answer_to_the_capture_takes_once(visit, sora, book):
    book.fail_after.append(OutcomeUnknown("lost"))
    closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)

    pass_time(VISIT + HOUR + 3 * MINUTE)

    assert (state_of(visit), book.taken) == (DepositState.APPLIED, [won(11_000)])


def test_a_tab_without_a_deposit_is_closed_as_ever(chair, sora):
    for line in chair.lines.all():
        depositing.sign(line, by=sora, now=NOW)

    closed = closing.close_and_request(tab_id=chair.id, by=sora, now=NOW, email="m@example.org")

    assert Message.objects.filter(tab=closed.tab, kind="payment_link").count() == 1


# --- What pages need
def test_the_panels_name_what_is_held_and_what_waits(odile, missed):
    deposit = depositing.of(missed)

    assert list(deposits_of.list_held(odile)) == [deposit]
    assert list(deposits_of.list_to_sort_out(odile)) == [deposit]
    assert deposits_of.sum_held(odile) == won(11_000)
