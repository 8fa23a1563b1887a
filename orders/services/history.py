"""The only writer of a tab's history; every change of a tab records itself here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from config.kernel.prepared import insert, insert_all
from orders.models import TabEvent, User


def record(
    *,
    tab_id: UUID,
    kind: str,
    at: datetime,
    by: User | None = None,
    actor: str = "",
    **data: object,
) -> TabEvent:
    """Write down one thing that happened, in the transaction in which it happens.

    Without `by` it was the guest, Stripe or a sweep; `actor` says which.
    """
    event = TabEvent(tab_id=tab_id, kind=kind, at=at, by=by, actor=actor, data=data)
    insert(event)
    return event


def record_all(
    *, tab_id: UUID, kind: str, at: datetime, by: User, facts: Iterable[Mapping[str, object]]
) -> None:
    """Write down several things of one kind in one statement."""
    insert_all(
        [TabEvent(tab_id=tab_id, kind=kind, at=at, by=by, data=dict(data)) for data in facts]
    )
