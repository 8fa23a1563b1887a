"""Asking for a deposit when somebody books, and for a card to hold it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from config.kernel.errors import DomainError, gettext_noop
from deposits.models import Booking, Deposit
from deposits.rules import hold_window
from deposits.rules.deposit_policy import asked
from deposits.rules.deposit_states import DepositState
from deposits.rules.hold_window import Instrument
from deposits.selectors import deposit_policies, deposit_words
from deposits.services import bookings, following
from deposits.services.bookings import Wish
from orders.models import User, Venue
from payments.models import Hold
from payments.rules.hold_states import HoldWay
from payments.services import holds
from payments.services.holds import Agreed


class NothingAsked(DomainError):
    """No card is needed for this booking, or none any more."""

    code = "no_card_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who pressed "I agree", as far as a web page can tell, and where to go from Stripe.

    `digest` names the words that were on the page. `{hold}` in the addresses becomes the hold's id.
    """

    address: str
    user_agent: str
    browser_digest: str
    return_url: str
    back_url: str
    locale: str


@transaction.atomic
def book(*, venue: Venue, wish: Wish, by: User | None, now: datetime) -> Booking:
    """Keep a time as `bookings.book` does, and ask for a deposit where the policy says so.

    The booking is requested until the card is given; without a deposit it is confirmed at once.
    Raises as `bookings.book` does.
    """
    waiting = Wish(
        **{name: getattr(wish, name) for name in wish.__dataclass_fields__}
        | {"waits_for_deposit": True}
    )
    booking = bookings.book(venue=venue, wish=waiting, by=by, now=now)
    if plan(booking_id=booking.id, now=now) is None and booking.is_requested:
        booking = bookings.confirm(booking_id=booking.id, now=now)
    return booking


@transaction.atomic
def plan(*, booking_id: UUID, now: datetime) -> Deposit | None:
    """What the venue's policy asks of a booking; None where it asks nothing. Twice is once."""
    booking = Booking.objects.lock(booking_id)
    before = Deposit.objects.filter(booking=booking).first()
    policy = deposit_policies.current(booking.venue)
    if before is not None or policy is None:
        return before
    terms = policy.terms
    visit = deposit_policies.visit_of(booking.item, booking.price, booking.guest)
    amount = asked(terms, visit)
    if amount is None:
        return None
    deposit = Deposit(
        venue=booking.venue,
        booking=booking,
        policy=policy,
        amount_minor=amount.minor,
        currency=amount.currency,
        late_share=terms.late_share,
        no_show_share=terms.no_show_share,
        objection_hours=terms.objection_hours,
        made_at=now,
        seen_state=booking.state,
        seen_sequence=booking.sequence,
    )
    deposit.instrument = hold_window.instrument(deposit.visit, now=now)
    deposit.answer_by = deposit.next_at = now + hold_window.FIRST_ANSWER_WITHIN
    deposit.save(force_insert=True)
    return deposit


def give_card(*, deposit_id: UUID, signed: Signature, now: datetime) -> Hold:
    """Open Stripe's page for the guest: to hold the money, or to save the card for later.

    :raises NothingAsked: the card is given already, or no longer needed.
    :raises GatewayAway, CardPaymentsOff, TooSmallForCard: no page was opened; nothing is held.
    """
    return holds.ask(_agreed(deposit_id, signed, now=now), now=now)


def came_back(*, hold_id: UUID, now: datetime) -> Deposit:
    """The guest is back from Stripe's page: hear what came of it, and go on from there.

    :raises OutcomeUnknown, Busy: Stripe could not say; the sweep asks again.
    """
    hold = holds.refresh(hold_id=hold_id, now=now)
    return following.follow(deposit_id=hold.purpose_id, now=now)


@transaction.atomic
def _agreed(deposit_id: UUID, signed: Signature, *, now: datetime) -> Agreed:
    booking_id = Deposit.objects.values_list("booking_id", flat=True).get(id=deposit_id)
    booking = Booking.objects.lock(booking_id)
    deposit = Deposit.objects.select_for_update().get(id=deposit_id)
    deposit.booking = booking
    if deposit.state != DepositState.ASKED or not booking.is_ahead:
        raise NothingAsked(gettext_noop("No card is needed for this booking. Nothing was held."))
    wanted = hold_window.instrument(deposit.visit, now=now)
    if deposit.instrument != wanted:
        deposit.put(instrument=wanted)
    is_now = wanted == Instrument.HOLD
    return Agreed(
        venue=deposit.venue,
        purpose_id=deposit.id,
        way=HoldWay.NOW if is_now else HoldWay.LATER,
        amount=deposit.amount,
        email=booking.guest.email,
        text="\n".join(deposit_words.sentences(deposit)),
        description=gettext("Deposit for your booking at %(venue)s")
        % {"venue": deposit.venue.name},
        locale=signed.locale,
        return_url=signed.return_url,
        back_url=signed.back_url,
        address=signed.address,
        user_agent=signed.user_agent,
        browser_digest=signed.browser_digest,
    )
