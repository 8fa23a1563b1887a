"""A guest stayed away or cancelled too late: staff say so and show it, the guest may object.

Nothing is taken here. A claim names what is owed and until when the guest may object; after that
the sweep takes it. An objection goes to a manager, and without their word the money is let go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from deposits.models import Deposit
from deposits.rules import no_show
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_states import DepositState, Why
from deposits.rules.no_show import NothingToClaim
from deposits.services import deposit_mails, following
from deposits.services.booking_history import record
from orders.models import User, Venue
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.texts import tidy, tidy_reason
from payments.services import holds

LONGEST_EVIDENCE: Final = 300
LONGEST_OBJECTION: Final = 600
WHY: Final = {
    BookingState.NO_SHOW: Why.NO_SHOW,
    BookingState.CANCELLED_LATE: Why.LATE_CANCEL,
}


class NoSuchDeposit(DomainError):
    """The venue has no such deposit. Doors answer 404."""

    code = "deposit_unknown"


class NotDisputed(DomainError):
    """No objection waits for a decision."""

    code = "nothing_to_decide"


class HeldTooShort(DomainError):
    """The bank lets go of the money before the guest's time to object is over."""

    code = "held_too_short"


@transaction.atomic
def claim(
    *, venue: Venue, deposit_id: UUID, by: User, role: Role, evidence: str, now: datetime
) -> Deposit:
    """Say that the guest owes their deposit, or the share of it, and tell them. Twice is once.

    :raises NotAllowed: the role may not take payments.
    :raises NoSuchDeposit: it is another venue's, or there is none.
    :raises NothingToClaim: the guest came or cancelled in time, or no money is held.
    :raises EvidenceMissing, ReasonMissing, TextTooLong: nobody could show it.
    :raises HeldTooShort: the bank's deadline is before the end of the guest's time to object.
    """
    ensure_may(role, Right.TAKE_PAYMENT)
    deposit = _lock(venue, deposit_id)
    if deposit.state == DepositState.CLAIMED:
        return deposit
    why, owed = _what_is_owed(deposit)
    until = now + timedelta(hours=deposit.objection_hours)
    _refuse_too_short(deposit, until=until)
    deposit.move_to(
        DepositState.CLAIMED,
        now=now,
        why=why,
        owed_minor=owed.minor,
        claimed_by=by,
        claimed_at=now,
        evidence=tidy_reason(evidence, limit=LONGEST_EVIDENCE),
        objection_until=until,
        next_at=until,
    )
    record(deposit.booking, "deposit_claimed", at=now, by=by, why=why, owed_minor=owed.minor)
    deposit_mails.tell_of_claim(deposit, now=now)
    return deposit


@transaction.atomic
def object_to(*, deposit_id: UUID, text: str, now: datetime) -> Deposit:
    """The guest says that they owe nothing. Nothing is taken until a manager has decided.

    :raises TooLateToObject: the window is over, or nothing is claimed.
    :raises ReasonMissing, TextTooLong: it says nothing, or too much.
    """
    deposit = following.lock(deposit_id)
    if deposit.state == DepositState.OBJECTED:
        return deposit
    no_show.ensure_may_object(
        DepositState(deposit.state), objection_until=deposit.objection_until, now=now
    )
    said = tidy_reason(text, limit=LONGEST_OBJECTION)
    deposit.move_to(DepositState.OBJECTED, now=now, objection=said, objected_at=now)
    record(deposit.booking, "deposit_objected", at=now, by=None)
    deposit_mails.tell_managers_of_objection(deposit, now=now)
    return deposit


def decide(
    *,
    venue: Venue,
    deposit_id: UUID,
    by: User,
    role: Role,
    keep: bool,
    reason: str,
    now: datetime,
) -> Deposit:
    """A manager answers an objection: the deposit is kept, or let go.

    :raises NotAllowed: the role may not review money.
    :raises NoSuchDeposit: it is another venue's, or there is none.
    :raises NotDisputed: there is no objection, or it was decided.
    :raises HoldIsOver: the bank or the deadline was faster.
    """
    ensure_may(role, Right.REVIEW_MONEY)
    with transaction.atomic():
        deposit = _lock(venue, deposit_id)
        if deposit.state != DepositState.OBJECTED or deposit.hold is None or deposit.decided_by:
            raise NotDisputed(gettext_noop("There is no objection to decide about."))
        said = tidy_reason(reason, limit=LONGEST_EVIDENCE)
        deposit.put(decided_by=by, decision=said)
        kind = "deposit_kept" if keep else "deposit_given_up"
        record(deposit.booking, kind, at=now, by=by, reason=said)
    if keep:
        holds.capture(hold_id=deposit.hold.id, amount=deposit.owed, now=now)
    else:
        holds.release(hold_id=deposit.hold.id, now=now)
    return following.follow(deposit_id=deposit.id, now=now)


def give_up(
    *, venue: Venue, deposit_id: UUID, by: User, role: Role, reason: str, now: datetime
) -> Deposit:
    """Let a deposit go, whatever the guest did: the card is forgotten, held money is freed.

    :raises NotAllowed: the role may not take payments.
    :raises NoSuchDeposit: it is another venue's, or there is none.
    :raises HoldIsOver: it is being taken at this moment.
    """
    ensure_may(role, Right.TAKE_PAYMENT)
    with transaction.atomic():
        deposit = _lock(venue, deposit_id)
        said = tidy(reason, limit=LONGEST_EVIDENCE)
        if deposit.is_live:
            record(deposit.booking, "deposit_given_up", at=now, by=by, reason=said)
        if deposit.hold is not None and deposit.is_reserved:
            holds.wish_release(hold_id=deposit.hold.id, now=now)
        else:
            deposit.move_to(DepositState.WAIVED, now=now, next_at=now)
    if deposit.hold is not None:
        holds.release(hold_id=deposit.hold.id, now=now)
    return following.follow(deposit_id=deposit.id, now=now)


def _what_is_owed(deposit: Deposit) -> tuple[Why, Money]:
    """What for and how much, once it can be shown."""
    booking, hold = deposit.booking, deposit.hold
    why = WHY.get(BookingState(booking.state))
    if why is None or deposit.state != DepositState.HELD or hold is None or hold.wish:
        raise _nothing()
    no_show.ensure_evidence(why, contact_tried=booking.contact_attempts.exists())
    share = deposit.no_show_share if why == Why.NO_SHOW else deposit.late_share
    owed = no_show.owed(deposit.amount, share)
    if not owed.is_positive:
        raise _nothing()
    return why, owed


def _nothing() -> NothingToClaim:
    return NothingToClaim(gettext_noop("There is nothing to take for this booking."))


def _refuse_too_short(deposit: Deposit, *, until: datetime) -> None:
    assert deposit.hold is not None, "only held money is claimed"
    if until >= following.decide_at(deposit.hold):
        raise HeldTooShort(
            gettext_noop("The bank lets go of the money before the guest could object. Release it.")
        )


def _lock(venue: Venue, deposit_id: UUID) -> Deposit:
    if not Deposit.objects.filter(venue=venue, id=deposit_id).exists():
        raise NoSuchDeposit(gettext_noop("There is no such deposit here."))
    return following.lock(deposit_id)
