"""Whether an address may be written to."""

from __future__ import annotations

from uuid import UUID

from orders.models import MailStop


def find(*, venue_id: UUID, email: str) -> MailStop | None:
    """What stands in the way of reminders to this address."""
    if not email:
        return None
    return MailStop.objects.live().filter(venue_id=venue_id, email=email).first()
