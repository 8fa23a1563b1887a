"""What deposits does when something happened. One line per reaction."""

from __future__ import annotations

from config.kernel.events import Event, subscribe
from config.kernel.nudge import nudge
from deposits import tasks
from deposits.events import BookingCancelled, BookingMoved, GuestArrived, NoShowRecorded
from payments.events import (
    HoldCaptured,
    HoldCardSaved,
    HoldExpired,
    HoldFailed,
    HoldPlaced,
    HoldReleased,
)


@subscribe(HoldCardSaved, HoldPlaced, HoldFailed, HoldCaptured, HoldReleased, HoldExpired)
def hear_of_hold(_event: Event) -> None:
    nudge(tasks.sweep_unfollowed_deposits)


@subscribe(BookingCancelled, BookingMoved, GuestArrived, NoShowRecorded)
def hear_of_booking(_event: Event) -> None:
    nudge(tasks.sweep_unfollowed_deposits)
