"""How a guest is told where their booking stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from deposits.models import Booking
from deposits.rules.booking_states import BookingState

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A heading, a sentence, and the recipe that colours them."""

    tone: str
    title: str | Promise
    text: str | Promise


_NOTICES: Final = {
    BookingState.REQUESTED: Notice(
        tone="warn",
        title=_("Your time is kept for now"),
        text=_("It becomes a booking as soon as the deposit is there. Nothing was charged."),
    ),
    BookingState.CONFIRMED: Notice(
        tone="good",
        title=_("You are booked"),
        text=_("Keep this page: its address is the key to your booking. You pay after your visit."),
    ),
    BookingState.ARRIVED: Notice(
        tone="good", title=_("You came"), text=_("Thank you. Your bill is a page of its own.")
    ),
    BookingState.NO_SHOW: Notice(
        tone="bad",
        title=_("We missed you"),
        text=_("You were not here at the time. Call us if that is not right."),
    ),
    BookingState.CANCELLED: Notice(
        tone="info", title=_("This booking is cancelled"), text=_("In time, so it costs nothing.")
    ),
    BookingState.CANCELLED_LATE: Notice(
        tone="info",
        title=_("This booking is cancelled"),
        text=_("It was later than agreed. Call us if you could not help it."),
    ),
}


def of_booking(booking: Booking) -> Notice:
    return _NOTICES[BookingState(booking.state)]
