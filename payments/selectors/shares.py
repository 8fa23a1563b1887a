"""What each line of a tab comes to, and which lines somebody is paying for or has paid."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from orders.models import Tab
from payments.models import AttemptLine
from payments.rules.allocation import LineShare, share_out
from payments.rules.attempt_states import RESERVING, AttemptState


def get_shares(*, tab: Tab, payer_digest: str = "") -> tuple[LineShare, ...]:
    """The tab's total shared out over its standing lines, in two statements.

    A payer's own page that is still open does not take a line from that payer.
    """
    worths = {line.id: line.amount for line in tab.lines.standing().in_order()}
    return share_out(tab.total, worths, _taken(tab, payer_digest))


def taken_lines(tab: Tab) -> set[UUID]:
    """The lines somebody is paying for now or has paid, as a whole."""
    return _taken(tab, "")


def _taken(tab: Tab, payer_digest: str) -> set[UUID]:
    held = AttemptLine.objects.filter(
        line__tab=tab, attempt__state__in=[*RESERVING, AttemptState.PAID]
    )
    if payer_digest:
        held = held.exclude(
            Q(attempt__payer_digest=payer_digest)
            & Q(attempt__state__in=[AttemptState.PREPARED, AttemptState.OPEN])
        )
    return set(held.values_list("line_id", flat=True))
