"""Closing the tab of a visit that money is held for: that is taken, and the rest is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from deposits.models import Deposit
from deposits.rules.deposit_states import DepositState
from deposits.services import following
from orders.models import Tab, User
from payments.rules.hold_states import Wish
from payments.services import closing, holds, requests
from payments.services.closing import ClosedTab

# The link waits for what the bank says, but no longer than this.
LINK_WAITS: Final = timedelta(minutes=2)


def close_and_request(
    *, tab_id: UUID, by: User, now: datetime, email: str = "", venue_id: UUID | None = None
) -> ClosedTab:
    """Close a tab as payments does, and take what is held for its visit towards the bill.

    What is to be taken is written down with the closing; the mail with the link leaves when it is
    known what came of it, after two minutes at the latest. Raises as payments' closing does.
    """
    closed, deposit = _close(tab_id, by=by, now=now, email=email, venue_id=venue_id)
    if deposit is not None and deposit.hold_id is not None:
        _take(deposit, now=now)
        closed.tab.refresh_from_db()
    return closed


def send_links_that_wait(*, now: datetime) -> int:
    """Mail the links of tabs whose deposit has no outcome yet after two minutes; how many."""
    waiting = Deposit.objects.filter(link_at__lte=now)
    ids = list(waiting.values_list("id", flat=True)[:100])
    for deposit_id in ids:
        _send_link(deposit_id, now=now)
    return len(ids)


@transaction.atomic
def _close(
    tab_id: UUID, *, by: User, now: datetime, email: str, venue_id: UUID | None
) -> tuple[ClosedTab, Deposit | None]:
    deposit = _deposit_of(tab_id)
    closed = closing.close_and_request(
        tab_id=tab_id,
        by=by,
        now=now,
        email=email,
        venue_id=venue_id,
        by_mail=deposit is None,
    )
    if deposit is not None and deposit.hold is not None:
        holds.wish_apply(hold_id=deposit.hold.id, tab=closed.tab, now=now)
        deposit.put(link_at=now + LINK_WAITS, next_at=now + LINK_WAITS)
    return closed, deposit


def _deposit_of(tab_id: UUID) -> Deposit | None:
    """The visit's deposit, locked, where money is held for it and nothing else becomes of it."""
    held = Deposit.objects.filter(
        booking__tab_id=tab_id, state=DepositState.HELD, hold__wish=Wish.NONE
    )
    deposit_id = held.values_list("id", flat=True).first()
    if deposit_id is None:
        return None
    deposit = following.lock(deposit_id)
    is_there = deposit.state == DepositState.HELD and deposit.hold is not None
    return deposit if is_there and deposit.hold and not deposit.hold.wish else None


def _take(deposit: Deposit, *, now: datetime) -> None:
    assert deposit.hold_id is not None, "only held money is taken"
    hold = holds.carry_out(hold_id=deposit.hold_id, now=now)
    following.follow(deposit_id=deposit.id, now=now)
    if not hold.is_live:
        _send_link(deposit.id, now=now)


@transaction.atomic
def _send_link(deposit_id: UUID, *, now: datetime) -> None:
    """Ask for what is left, if anything is."""
    deposit = following.lock(deposit_id)
    if deposit.link_at is None:
        return
    deposit.put(link_at=None)
    tab = Tab.objects.get(booking=deposit.booking)
    if tab.is_owing:
        requests.send_to_guest(tab_id=tab.id, now=now)
