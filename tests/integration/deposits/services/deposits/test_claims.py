"""What a guest who stayed away owes, and may object to."""

from __future__ import annotations

import pytest

from deposits.models import Deposit
from deposits.rules.deposit_states import DepositState, Why
from deposits.rules.no_show import EvidenceMissing, NothingToClaim, TooLateToObject
from deposits.services import (
    arrivals,
    bookings,
    claims,
)
from deposits.services.claims import HeldTooShort, NoSuchDeposit, NotDisputed
from orders.models import Message
from orders.rules.roles import NotAllowed, Role
from payments.models import Hold, LedgerEntry
from payments.rules.accounts import Account
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import VISIT
from tests.integration.deposits.depositing import HOUR, MINUTE, pass_time
from tests.integration.deposits.services.deposits.conftest import state_of, won


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
