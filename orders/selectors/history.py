"""What happened to a tab, in order."""

from __future__ import annotations

from uuid import UUID

from orders.models import TabEvent


def list_history(*, tab_id: UUID) -> tuple[TabEvent, ...]:
    """Everything that happened, the first thing first, with the people who did it."""
    events = TabEvent.objects.filter(tab_id=tab_id).select_related("by")
    return tuple(events.order_by("at", "id"))
