"""Lines on their way: sent to the bar, and brought to the guest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from orders.models import Line, Tab, User
from orders.rules.tab_states import TabStatus, ensure_open
from orders.services import history, venues


@transaction.atomic
def send_lines(*, tab_id: UUID, by: User, now: datetime) -> int:
    """Send what is new to the bar; how many lines that were.

    :raises TabNotOpen: the tab is not open.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    count = send(tab, lines=list(tab.lines.standing()), by=by, now=now)
    if count:
        venues.bump_board(tab.venue_id)
    return count


@transaction.atomic
def mark_served(*, tab_id: UUID, by: User, now: datetime) -> Tab:
    """Everything was brought; what was not sent yet counts as sent now.

    :raises TabNotOpen: the tab is not open.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    waiting = tab.lines.standing().filter(served_at=None)
    if waiting.update(sent_at=Coalesce("sent_at", now), served_at=now):
        history.record(tab_id=tab.id, kind="served", at=now, by=by)
        venues.bump_board(tab.venue_id)
    return tab


def send(tab: Tab, *, lines: Sequence[Line], by: User, now: datetime) -> int:
    """Send those of the lines that are new. The caller holds the tab's lock."""
    new = [line for line in lines if not line.is_sent]
    if new:
        tab.lines.filter(id__in=[line.pk for line in new]).update(sent_at=now)
        for line in new:
            line.sent_at = now
        history.record(tab_id=tab.id, kind="sent", at=now, by=by, count=len(new))
    return len(new)
