"""Undoing a transfer, a merge or a split: everything is again what it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from orders.models import Rearrangement, Tab, User
from orders.rules.rearranging import RearrangementKind
from orders.services import handing_over, merging, rearrangements, splitting

_UNDO: Final[Mapping[str, Callable[..., None]]] = {
    RearrangementKind.TRANSFER: handing_over.undo,
    RearrangementKind.MERGE: merging.undo,
    RearrangementKind.SPLIT: splitting.undo,
}


@transaction.atomic
def undo(*, tab_id: UUID, rearrangement_id: UUID, by: User, now: datetime) -> Rearrangement:
    """Put everything back; asked twice, it is back all the same.

    :raises RearrangementUnknown: this tab has no such transfer, merge or split.
    :raises ChangedSince: what was moved is not as it was left.
    """
    for locked_id in tabs_of(rearrangement_id):
        Tab.objects.lock(locked_id)
    made = rearrangements.get_newest(tab_id=tab_id, rearrangement_id=rearrangement_id)
    if not made.is_undone:
        _UNDO[made.kind](made, by=by, now=now)
    return made


def tabs_of(rearrangement_id: UUID) -> list[UUID]:
    """Every tab it touched, in the order they are locked in."""
    touched = Rearrangement.tabs.through.objects.filter(rearrangement_id=rearrangement_id)
    return sorted(touched.values_list("tab_id", flat=True))
