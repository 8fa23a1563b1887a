"""The life of a booking.

requested ──> confirmed ──> arrived | no_show | cancelled | cancelled_late
    └──────────────────────────^──────────^──────────^────────────^

A booking is requested while a deposit that was asked for is not given yet; without one it is
confirmed at once. A guest may come, or stay away, with the deposit never given.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from config.kernel.errors import DomainError, gettext_noop


class BookingState(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"


_ENDS: Final = frozenset(
    {
        BookingState.ARRIVED,
        BookingState.NO_SHOW,
        BookingState.CANCELLED,
        BookingState.CANCELLED_LATE,
    }
)
MOVES: Final[Mapping[BookingState, frozenset[BookingState]]] = {
    BookingState.REQUESTED: _ENDS | {BookingState.CONFIRMED},
    BookingState.CONFIRMED: _ENDS,
    BookingState.ARRIVED: frozenset(),
    BookingState.NO_SHOW: frozenset(),
    BookingState.CANCELLED: frozenset(),
    BookingState.CANCELLED_LATE: frozenset(),
}
FINAL: Final = _ENDS
# The guest is still to come, and the time can be moved.
AHEAD: Final = frozenset({BookingState.REQUESTED, BookingState.CONFIRMED})
# The person's time is taken. The database refuses two of these at once (migration 0002).
OCCUPYING: Final = AHEAD | {BookingState.ARRIVED}
# What each is called in the middle of a sentence; doors translate it.
NAMES: Final[Mapping[BookingState, str]] = {
    BookingState.REQUESTED: gettext_noop("requested"),
    BookingState.CONFIRMED: gettext_noop("confirmed"),
    BookingState.ARRIVED: gettext_noop("arrived"),
    BookingState.NO_SHOW: gettext_noop("a no-show"),
    BookingState.CANCELLED: gettext_noop("cancelled"),
    BookingState.CANCELLED_LATE: gettext_noop("cancelled late"),
}


class BookingEnded(DomainError):
    """The guest has come, stayed away, or cancelled: nothing more happens to this booking."""

    code = "booking_ended"


def ensure_move(current: BookingState, wanted: BookingState) -> None:
    """:raises BookingEnded: the booking's life has no such step any more."""
    if wanted not in MOVES[current]:
        raise BookingEnded(
            gettext_noop("This booking is %(current)s. That cannot be changed any more."),
            current=NAMES[current],
        )


def end_when_cancelled(*, is_late: bool) -> BookingState:
    return BookingState.CANCELLED_LATE if is_late else BookingState.CANCELLED
