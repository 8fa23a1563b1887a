"""Deposits as pages and software need them: what is held, what waits, what cancelling costs."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from config.kernel.money import Money
from deposits.models import Booking, Deposit
from deposits.rules import no_show
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_states import DepositState
from orders.models import Venue

_WITH = ("booking__customer", "booking__person", "hold", "venue")


def find_of_booking(booking: Booking) -> Deposit | None:
    """The booking's deposit; None where nothing was asked for."""
    return Deposit.objects.select_related(*_WITH).filter(booking=booking).first()


def owed_if_cancelled(booking: Booking, *, now: datetime) -> Money:
    """What the guest would owe if they cancelled at this moment."""
    deposit = find_of_booking(booking)
    if deposit is None or not deposit.is_live or not booking.is_ahead:
        return Money.zero(booking.currency)
    return no_show.owed_now(
        deposit.amount, late_share=deposit.late_share, free_until=booking.free_until, now=now
    )


def list_held(venue: Venue) -> QuerySet[Deposit]:
    """Those for which a guest's money is held now, the bank's nearest deadline first."""
    held = Deposit.objects.reserved().filter(venue=venue).select_related(*_WITH)
    return held.order_by("hold__capture_before")


def sum_held(venue: Venue) -> Money:
    """All that is held for a venue now."""
    minor = Deposit.objects.reserved().filter(venue=venue).aggregate(sum=Sum("amount_minor"))
    return Money(minor["sum"] or 0, venue.currency)


def list_to_sort_out(venue: Venue) -> QuerySet[Deposit]:
    """Those that wait for somebody at the venue: to claim or give up, or to answer an objection.

    What is claimed already waits for the guest, and is not among them.
    """
    stayed_away = [BookingState.NO_SHOW, BookingState.CANCELLED_LATE]
    waiting = Deposit.objects.filter(venue=venue, state=DepositState.OBJECTED) | (
        Deposit.objects.filter(venue=venue, state=DepositState.HELD, booking__state__in=stayed_away)
    )
    return waiting.select_related(*_WITH).order_by("hold__capture_before")
