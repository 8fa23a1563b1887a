"""The only writer of what happened to a venue's people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from orders.models import Membership, PeopleEvent, User


def record(
    *,
    venue_id: UUID,
    kind: str,
    at: datetime,
    by: User | None,
    membership: Membership | None = None,
    **data: object,
) -> PeopleEvent:
    """Write down one thing that happened, in the transaction in which it happens."""
    return PeopleEvent.objects.create(
        venue_id=venue_id, kind=kind, at=at, by=by, membership=membership, data=data
    )
