"""What follows for a deposit from its booking, its hold and the clock; and the sweep that does it.

Everything is decided in one transaction, under the locks of booking, deposit and hold in this
order, from what is stored. The one call that follows is made after it, and its outcome is heard in
the next turn. So it may be done at any time, any number of times, by several processes at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from deposits.models import Booking, Deposit
from deposits.rules import hold_window, no_show
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_states import FINAL as DEPOSIT_FINAL
from deposits.rules.deposit_states import DepositState
from deposits.rules.no_show import Claim, Verdict
from deposits.services import bookings, deposit_mails
from orders.rules.tab_states import FINAL as TAB_FINAL
from orders.services import venues
from payments.models import Hold
from payments.rules.hold_states import WAITING, HoldState, Wish
from payments.services import holds
from payments.services.holds import HoldIsOver

logger = logging.getLogger(__name__)
BATCH: Final = 100
SOON: Final = timedelta(minutes=2)
TURNS: Final = 5
# Where nobody told us a bank's deadline, the shortest one known counts.
SHORTEST_HOLD: Final = timedelta(days=4, hours=18)
STAYED_AWAY: Final = frozenset({BookingState.NO_SHOW, BookingState.CANCELLED_LATE})
ENDS: Final[Mapping[HoldState, DepositState]] = {
    HoldState.APPLIED: DepositState.APPLIED,
    HoldState.CAPTURED: DepositState.CAPTURED,
    HoldState.RELEASED: DepositState.RELEASED,
    HoldState.EXPIRED: DepositState.EXPIRED,
}
Todo = Callable[[], object]


def sweep(*, now: datetime) -> int:
    """Look at every deposit whose time has come, or whose booking or hold has moved on."""
    due = Deposit.objects.unfollowed(now).order_by("next_at", "made_at")
    ids = list(due.values_list("id", flat=True)[:BATCH])
    for deposit_id in ids:
        try:
            follow(deposit_id=deposit_id, now=now)
        except Exception:
            # One that fails must not hold up the rest, and goes behind those that can be done.
            Deposit.objects.filter(id=deposit_id).update(next_at=now + SOON)
            logger.exception("Deposit %s is left for a later round", deposit_id)
    return len(ids)


def follow(*, deposit_id: UUID, now: datetime) -> Deposit:
    """Do what follows for one deposit now.

    :raises OutcomeUnknown, Busy: Stripe could not say whether a card was given in time.
    """
    _ask_about_cards(deposit_id, now=now)
    for _turn in range(TURNS):
        todo = _decide(deposit_id, now=now)
        if todo is None:
            break
        try:
            todo()
        except HoldIsOver:
            logger.info("The hold of deposit %s was decided about meanwhile", deposit_id)
    return Deposit.objects.select_related("booking", "hold").get(id=deposit_id)


def _ask_about_cards(deposit_id: UUID, *, now: datetime) -> None:
    """Before the time for a card is called over, ask whether one was given that nobody told us."""
    over = Deposit.objects.filter(id=deposit_id, state=DepositState.ASKED, answer_by__lte=now)
    if over.exists():
        waiting = Hold.objects.filter(purpose_id=deposit_id, state__in=sorted(WAITING))
        for hold_id in waiting.values_list("id", flat=True):
            holds.refresh(hold_id=hold_id, now=now)


def lock(deposit_id: UUID) -> Deposit:
    """A deposit with its booking, both locked, the booking first; and its hold as it is now.

    :raises Deposit.DoesNotExist: there is none.
    """
    booking_id = Deposit.objects.values_list("booking_id", flat=True).get(id=deposit_id)
    booking = Booking.objects.lock(booking_id)
    deposit = Deposit.objects.select_for_update().get(id=deposit_id)
    deposit.booking = booking
    return deposit


def decide_at(hold: Hold) -> datetime:
    """From then on the venue's written default holds."""
    until = hold.capture_before or (hold.held_at or hold.agreed_at) + SHORTEST_HOLD
    return hold_window.decide_at(until)


@transaction.atomic
def _decide(deposit_id: UUID, *, now: datetime) -> Todo | None:
    deposit = lock(deposit_id)
    before = deposit.state
    _hear(deposit, now=now)
    todo = _NEXT[DepositState(deposit.state)](deposit, now=now)
    deposit.put(
        next_at=_again(deposit, now=now),
        seen_state=deposit.booking.state,
        seen_sequence=deposit.booking.sequence,
        seen_hold=deposit.hold.state if deposit.hold else "",
    )
    if deposit.state != before:
        venues.bump_board(deposit.venue_id)
    return todo


def _hear(deposit: Deposit, *, now: datetime) -> None:
    """Take over what became of the hold, or that a card was given."""
    if deposit.state == DepositState.ASKED:
        _find_given(deposit, now=now)
    hold = deposit.hold
    if hold is None:
        return
    if deposit.state == DepositState.CARD_SAVED:
        _hear_of_card(deposit, hold, now=now)
    if deposit.is_reserved and hold.state in ENDS:
        deposit.move_to(ENDS[HoldState(hold.state)], now=now)


def _find_given(deposit: Deposit, *, now: datetime) -> None:
    given = Hold.objects.filter(
        purpose_id=deposit.id,
        state__in=[HoldState.CARD_SAVED, HoldState.HELD],
        wish=Wish.NONE,
    ).first()
    if given is None:
        return
    wanted = DepositState.HELD if given.is_held else DepositState.CARD_SAVED
    deposit.move_to(wanted, now=now, hold=given, answer_by=None)
    if deposit.booking.is_requested:
        bookings.confirm(booking_id=deposit.booking_id, now=now)
        deposit.booking.refresh_from_db()


def _hear_of_card(deposit: Deposit, hold: Hold, *, now: datetime) -> None:
    """The hold was placed; or the bank said no, and another card is needed."""
    if hold.intent_id and hold.held_at is not None:
        deposit.move_to(DepositState.HELD, now=now)
    elif not hold.is_live:
        by = hold_window.answer_by(deposit.visit, now=now)
        deposit.move_to(DepositState.ASKED, now=now, hold=None, answer_by=by)
        if deposit.booking.is_ahead:
            deposit_mails.ask_for_another_card(deposit, hold, now=now)


def _next_asked(deposit: Deposit, *, now: datetime) -> Todo | None:
    booking = deposit.booking
    if not booking.is_ahead:
        end = DepositState.FAILED if booking.state in STAYED_AWAY else DepositState.WAIVED
        deposit.move_to(end, now=now)
    elif deposit.answer_by is not None and now >= deposit.answer_by:
        deposit.move_to(DepositState.FAILED, now=now)
        if booking.is_requested:
            # Nobody else could have the time of somebody who never gave a card.
            bookings.cancel(booking_id=booking.id, by=None, by_venue=True, now=now)
            booking.refresh_from_db()
    return _next_over(deposit, now=now) if not deposit.is_live else None


def _next_saved(deposit: Deposit, *, now: datetime) -> Todo | None:
    assert deposit.hold is not None, "a saved card is one of a hold"
    booking = deposit.booking
    if not booking.is_ahead and booking.state not in STAYED_AWAY:
        deposit.move_to(DepositState.WAIVED, now=now)
        return _next_over(deposit, now=now)
    deposit.place_at = hold_window.place_at(deposit.visit, now=now)
    deposit.put(place_at=deposit.place_at)
    is_due = booking.state in STAYED_AWAY or deposit.place_at <= now
    if is_due and deposit.hold.state == HoldState.CARD_SAVED and not deposit.hold.wish:
        return partial(holds.place, hold_id=deposit.hold.id, now=now)
    return None


def _next_reserved(deposit: Deposit, *, now: datetime) -> Todo | None:
    hold = deposit.hold
    assert hold is not None, "the database lets nothing be reserved without a hold"
    if hold.wish:
        return None
    if deposit.state == DepositState.HELD and _is_too_short(deposit, hold):
        # Moved beyond the bank's deadline: this money is let go, and a card is asked for anew.
        by = hold_window.answer_by(deposit.visit, now=now)
        wanted = hold_window.instrument(deposit.visit, now=now)
        deposit.move_to(
            DepositState.ASKED, now=now, hold=None, answer_by=by, instrument=wanted, warned_at=None
        )
        deposit_mails.ask_for_another_card(deposit, hold, now=now)
        return partial(holds.release, hold_id=hold.id, now=now)
    _warn(deposit, hold, now=now)
    claim = Claim(
        state=DepositState(deposit.state),
        objection_until=deposit.objection_until,
        decide_at=decide_at(hold),
    )
    verdict = no_show.verdict(claim, now=now)
    if verdict == Verdict.CAPTURE and deposit.owed.is_positive:
        return partial(holds.capture, hold_id=hold.id, amount=deposit.owed, now=now)
    if verdict != Verdict.WAIT or _is_free(deposit):
        return partial(holds.release, hold_id=hold.id, now=now)
    return None


def _next_over(deposit: Deposit, **_when: datetime) -> Todo | None:
    """Leave no card behind: whatever was ever given for this deposit is let go."""
    left = Hold.objects.live().filter(purpose_id=deposit.id, wish=Wish.NONE)
    ids = list(left.values_list("id", flat=True))
    return partial(_let_go, ids, _when["now"]) if ids else None


def _let_go(hold_ids: list[UUID], now: datetime) -> None:
    for hold_id in hold_ids:
        holds.release(hold_id=hold_id, now=now)


def _is_too_short(deposit: Deposit, hold: Hold) -> bool:
    return (
        deposit.booking.is_ahead
        and hold.capture_before is not None
        and not hold_window.outlives(deposit.visit, capture_before=hold.capture_before)
    )


def _is_free(deposit: Deposit) -> bool:
    """Nothing is owed: cancelled in time or by the venue, or the visit is paid for otherwise."""
    booking = deposit.booking
    if deposit.state != DepositState.HELD:
        return False
    if booking.state == BookingState.CANCELLED:
        return True
    return booking.has_arrived and booking.tab is not None and booking.tab.status in TAB_FINAL


def _warn(deposit: Deposit, hold: Hold, *, now: datetime) -> None:
    is_near = hold.capture_before is not None and now >= hold_window.warn_at(hold.capture_before)
    if is_near and deposit.warned_at is None:
        deposit.put(warned_at=now)
        deposit_mails.warn_managers(deposit, hold, now=now)


_NEXT: Final[Mapping[DepositState, Callable[..., Todo | None]]] = {
    DepositState.ASKED: _next_asked,
    DepositState.CARD_SAVED: _next_saved,
    DepositState.HELD: _next_reserved,
    DepositState.CLAIMED: _next_reserved,
    DepositState.OBJECTED: _next_reserved,
    **dict.fromkeys(DEPOSIT_FINAL, _next_over),
}


def _again(deposit: Deposit, *, now: datetime) -> datetime | None:
    """When it has to be looked at again, unless its booking or its hold moves on before."""
    if not deposit.is_live:
        is_left = Hold.objects.live().filter(purpose_id=deposit.id).exists()
        return now + SOON if is_left else None
    times = [each for each in _times(deposit, now=now) if each is not None]
    return max(min(times), now + SOON)


def _times(deposit: Deposit, *, now: datetime) -> list[datetime | None]:
    hold = deposit.hold
    times = [deposit.answer_by, deposit.place_at, now + timedelta(hours=6)]
    if hold is not None and deposit.is_reserved:
        times = [decide_at(hold), deposit.objection_until, now + timedelta(hours=6)]
        if deposit.warned_at is None and hold.capture_before is not None:
            times.append(hold_window.warn_at(hold.capture_before))
    # The bill of a visit may be paid in any way, which nothing here would hear of.
    return [*times, now + SOON] if deposit.booking.has_arrived else times
