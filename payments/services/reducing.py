"""Taking something off a bill, also once it was asked for: what is asked for then follows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.models import Reduction, Tab, User
from orders.rules.roles import Role
from orders.services import reductions
from orders.services.reductions import Wanted
from payments.services import reasking
from payments.services.requests import NotOwing, ensure_owing

__all__ = ["NotOwing", "reduce_tab", "withdraw"]


def reduce_tab(*, tab_id: UUID, by: User, role: Role, now: datetime, wanted: Wanted) -> Reduction:
    """Put something on the house, or take something off, an open or a closed tab.

    :raises TabNotOpen: the tab is settled, written off or void.
    :raises NotOwing: it became so just now.
    :raises MoreWasPaid, PaymentUnderWay, GatewayAway: see `reasking`.
    :raises LineUnknown, NothingToReduce, AboveGiftLimit: and more; see `reductions.reduce_tab`.
    """
    if not Tab.objects.get(id=tab_id).is_owing:
        return reductions.reduce_tab(tab_id=tab_id, by=by, role=role, now=now, wanted=wanted)
    reasking.close_pages([tab_id], now=now)
    return _reduce_closed(tab_id, by=by, role=role, now=now, wanted=wanted)


def withdraw(*, tab_id: UUID, reduction_id: UUID, by: User, now: datetime) -> Reduction:
    """Take such a decision back.

    :raises TabNotOpen, NotOwing, PaymentUnderWay, GatewayAway: as `reduce_tab`.
    :raises ReductionUnknown, LineMoved: see `reductions.withdraw`.
    """
    if not Tab.objects.get(id=tab_id).is_owing:
        return reductions.withdraw(tab_id=tab_id, reduction_id=reduction_id, by=by, now=now)
    reasking.close_pages([tab_id], now=now)
    return _withdraw_closed(tab_id, reduction_id=reduction_id, by=by, now=now)


@transaction.atomic
def _reduce_closed(
    tab_id: UUID, *, by: User, role: Role, now: datetime, wanted: Wanted
) -> Reduction:
    tab = Tab.objects.lock(tab_id)
    before = reductions.find_made(tab, wanted)
    if before is not None:
        return before
    ensure_owing(tab)
    reasking.book_back(tab, now=now)
    made = reductions.apply(tab, by=by, role=role, now=now, wanted=wanted)
    reasking.ask_anew(tab, now=now)
    return made


@transaction.atomic
def _withdraw_closed(tab_id: UUID, *, reduction_id: UUID, by: User, now: datetime) -> Reduction:
    tab = Tab.objects.lock(tab_id)
    ensure_owing(tab)
    reasking.book_back(tab, now=now)
    taken_back = reductions.give_back(tab, reduction_id=reduction_id, by=by, now=now)
    reasking.ask_anew(tab, now=now)
    return taken_back
