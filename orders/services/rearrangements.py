"""What merging, splitting and handing over have in common: locks, records, and putting back.

Tabs are locked in the order of their ids, whoever starts. Closed tabs are changed here as open ones
are; payments wraps that and turns the books over (payments/services/rearranging.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import MAX_MINOR, Money
from orders.models import Line, Rearrangement, Tab, User
from orders.rules.rearranging import RearrangementKind
from orders.rules.tab_states import MOVING, TabStatus
from orders.selectors import bills
from orders.services.lines import TabTooLarge


class NotRearranged(DomainError):
    """The tab is neither open nor waiting for money, so its lines stay where they are."""

    code = "not_rearranged"


class RearrangementUnknown(DomainError):
    """This tab has no such transfer, merge or split."""

    code = "rearrangement_unknown"


class ChangedSince(DomainError):
    """What was moved has changed, so it cannot be put back as it was."""

    code = "changed_since"


def lock(*tab_ids: UUID) -> list[Tab]:
    """The tabs in the order given, locked in the order of their ids."""
    locked = {tab_id: Tab.objects.lock(tab_id) for tab_id in sorted(set(tab_ids))}
    return [locked[tab_id] for tab_id in tab_ids]


def ensure_moving(*tabs: Tab) -> None:
    """:raises NotRearranged: one of them is settled, written off, void or merged."""
    for tab in tabs:
        if TabStatus(tab.status) not in MOVING:
            raise NotRearranged(
                gettext_noop("Tab #%(number)s has ended; its lines stay where they are."),
                number=tab.number,
            )


def find_made(*, tab_id: UUID, request_key: str | None) -> Rearrangement | None:
    """What an earlier try of the same request has made. Asked under the tab's lock."""
    if request_key is None:
        return None
    return Rearrangement.objects.filter(tab_id=tab_id, request_key=request_key).first()


def write(
    kind: RearrangementKind,
    *,
    tab: Tab,
    tabs: Iterable[Tab],
    before: Mapping[str, Any],
    by: User,
    now: datetime,
    request_key: str | None,
) -> Rearrangement:
    """Write down what is done to which tabs, and what they were. They are locked."""
    tabs = list(tabs)
    newest = Rearrangement.objects.filter(tabs__in=tabs).aggregate(number=Max("number"))["number"]
    made = Rearrangement.objects.create(
        kind=kind,
        tab=tab,
        number=(newest or 0) + 1,
        before=before,
        by=by,
        at=now,
        request_key=request_key,
    )
    made.tabs.set(tabs)
    return made


def get_newest(*, tab_id: UUID, rearrangement_id: UUID) -> Rearrangement:
    """One that can be undone: nothing was moved from or to its tabs since.

    :raises RearrangementUnknown: this tab has no such.
    :raises ChangedSince: its tabs were merged or split again.
    """
    joined = Rearrangement.objects.select_related("tab__venue", "tab__terms")
    made = joined.filter(tab_id=tab_id, id=rearrangement_id).first()
    if made is None:
        raise RearrangementUnknown(gettext_noop("There is nothing of this kind to undo here."))
    if made.is_undone:
        return made
    ids = list(made.tabs.values_list("id", flat=True))
    later = Rearrangement.objects.standing().moving_lines().filter(number__gt=made.number)
    moves = made.kind != RearrangementKind.TRANSFER
    if moves and later.filter(tabs__in=ids).exists():
        raise ChangedSince(
            gettext_noop("These tabs were merged or split again since. Undo that first.")
        )
    return made


def settle_on(tab: Tab, wanted: Money) -> None:
    """Let the tab come to exactly this, whatever rounding on its own lines gives.

    :raises TabTooLarge: it is more than can be charged.
    """
    if wanted.minor > MAX_MINOR:
        raise TabTooLarge(gettext_noop("That is more than can be charged on one tab."))
    tab.rounding_minor = 0
    exact = bills.bill_of(tab).totals.total
    tab.rounding_minor = wanted.minor - exact.minor
    tab.amend(rounding_minor=tab.rounding_minor)
    tab.recount(total=wanted)


def recount(tab: Tab, *, rounding: int) -> None:
    """Add a tab up again with the rounding it had."""
    tab.amend(rounding_minor=rounding)
    tab.recount(total=bills.bill_of(tab).totals.total)


def move_line(line: Line, to: Tab) -> None:
    """Put a line on another tab; a key that is known there already is not kept."""
    known = line.request_key and to.lines.filter(request_key=line.request_key).exists()
    line.amend(tab=to, request_key=None if known else line.request_key)
