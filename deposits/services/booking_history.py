"""The only writer of a booking's history; every change of a booking records itself here."""

from __future__ import annotations

from datetime import datetime

from deposits.models import Booking, BookingEvent
from orders.models import User

GUEST = "guest"


def record(booking: Booking, kind: str, *, at: datetime, by: User | None, **data: object) -> None:
    """Write down one thing that happened, in its transaction. Without `by` it was the guest."""
    BookingEvent.objects.create(
        booking=booking, kind=kind, at=at, by=by, actor="" if by else GUEST, data=data
    )
