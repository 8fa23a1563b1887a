"""A booking as a file for calendars, the same in mails and on the guest's page."""

from __future__ import annotations

from datetime import datetime

from deposits.models import Booking
from deposits.rules.calendar import Entry, write


def write_for(booking: Booking, *, now: datetime) -> str:
    """The visit as it stands now; after a cancellation, that it is off."""
    venue = booking.venue
    entry = Entry(
        visit_id=booking.id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        title=f"{booking.service_name}, {venue.name}",
        place=", ".join(filter(None, (venue.name, venue.address))),
        sequence=booking.sequence,
        told_at=now,
        is_off=booking.is_cancelled,
    )
    return write(entry)
