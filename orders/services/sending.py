"""Lines on their way: sent to the bar, or begun where there is none; and brought to the guest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Line, Tab, User
from orders.rules.tab_states import TabStatus, ensure_open
from orders.services import history, venues


class PromiseNotAcknowledged(DomainError):
    """A service cannot start before the guest has agreed to what it can and cannot do."""

    code = "promise_not_acknowledged"


@transaction.atomic
def send_lines(*, tab_id: UUID, by: User, now: datetime) -> int:
    """Send what is new to the bar, or start it; how many lines that were.

    What waits for the guest's yes stays behind, and does not hold the rest up.

    :raises TabNotOpen: the tab is not open.
    :raises PromiseNotAcknowledged: nothing else was new.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    lines = list(tab.lines.standing())
    count = send(tab, lines=[line for line in lines if not line.waits_for_yes], by=by, now=now)
    if not count:
        refuse_waiting(lines)
    else:
        venues.bump_board(tab.venue_id)
    return count


@transaction.atomic
def mark_served(*, tab_id: UUID, by: User, now: datetime) -> Tab:
    """Everything was brought; what was not sent yet counts as sent now.

    :raises TabNotOpen: the tab is not open.
    :raises PromiseNotAcknowledged: something has not even started.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    waiting = tab.lines.standing().filter(served_at=None)
    refuse_waiting(list(waiting))
    if waiting.update(sent_at=Coalesce("sent_at", now), served_at=now):
        history.record(tab_id=tab.id, kind="served", at=now, by=by)
        venues.bump_board(tab.venue_id)
    return tab


def refuse_waiting(lines: Sequence[Line]) -> None:
    """:raises PromiseNotAcknowledged: one of the lines waits for the guest's yes."""
    for line in lines:
        if line.waits_for_yes:
            raise PromiseNotAcknowledged(
                gettext_noop(
                    "%(name)s can’t start yet: the guest has not agreed to what it can and can’t "
                    "do. Let them read it, or say why it starts without."
                ),
                name=line.name,
            )


def send(tab: Tab, *, lines: Sequence[Line], by: User, now: datetime) -> int:
    """Send those of the lines that are new. The caller holds the tab's lock."""
    new = [line for line in lines if not line.is_sent]
    if new:
        tab.lines.filter(id__in=[line.pk for line in new]).update(sent_at=now)
        for line in new:
            line.sent_at = now
        kind = "sent" if tab.venue.sends_to_bar else "started"
        history.record(tab_id=tab.id, kind=kind, at=now, by=by, count=len(new))
    return len(new)
