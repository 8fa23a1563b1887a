"""Putting things on a tab, changing them, and taking them off again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import MAX_MINOR
from config.kernel.prepared import insert_all
from config.kernel.transactions import joining
from orders.models import Line, Tab, User
from orders.rules.tab_states import TabStatus, ensure_open
from orders.rules.texts import tidy, tidy_reason
from orders.rules.totals import Totals
from orders.selectors import bills
from orders.selectors.bills import Bill
from orders.services import history, ringing_up, venues
from orders.services.ringing_up import LONGEST_NOTE, NewLine, check_quantity

__all__ = [
    "Added",
    "NewLine",
    "add_lines",
    "add_to_bill",
    "change_line",
    "remove_line",
    "void_line",
]

MOST_AT_ONCE: Final = 50
LONGEST_REASON: Final = 160


class TooManyLines(DomainError):
    """More was to be added at once than one order has."""

    code = "too_many_lines"


class TabTooLarge(DomainError):
    """The tab would be worth more than can be charged at once."""

    code = "tab_too_large"


class LineUnknown(DomainError):
    """There is no such line on this tab."""

    code = "line_unknown"


class LineSent(DomainError):
    """The bar has it already: it can be voided with a reason, not changed."""

    code = "line_sent"


class LineReduced(DomainError):
    """Something was taken off it, reckoned on how many there are."""

    code = "line_reduced"


class LineAcknowledged(DomainError):
    """The guest has agreed to it as it stands: it can be voided with a reason, not changed."""

    code = "line_acknowledged"


class LineVoid(DomainError):
    """The line was voided before."""

    code = "line_void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What was put on a tab, lines of an earlier try included, and the bill it makes."""

    lines: list[Line]
    bill: Bill


def add_lines(
    *, tab_id: UUID, by: User, now: datetime, wanted: Sequence[NewLine], sent: bool = False
) -> list[Line]:
    """The lines that `add_to_bill` puts on a tab; it raises the same."""
    return add_to_bill(tab_id=tab_id, by=by, now=now, wanted=wanted, sent=sent).lines


@joining
def add_to_bill(
    *,
    tab_id: UUID,
    by: User,
    now: datetime,
    wanted: Sequence[NewLine],
    sent: bool = False,
    venue_id: UUID | None = None,
) -> Added:
    """Put things on a tab, all of them or none. A `request_key` seen before adds nothing again.

    :raises Tab.DoesNotExist: with `venue_id`, the tab is not one of that venue.
    :raises TabNotOpen: the tab is not open.
    :raises TooManyLines: none, or more than 50 at once.
    :raises ItemUnknown, ItemSoldOut, QuantityOutOfRange, TextTooLong: see `ringing_up`.
    :raises ModifierUnknown, ModifierSoldOut, ModifiersMissing, TooManyModifiers: see `choose`.
    :raises TabTooLarge: more than can be charged.
    """
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise TooManyLines(
            gettext_noop("Between 1 and %(most)s lines can be added at once."), most=MOST_AT_ONCE
        )
    tab = _lock_open(tab_id, venue_id=venue_id)
    standing = bills.bill_of(tab)
    before = _rung_up_before(standing, wanted)
    new = [each for each in wanted if each.request_key not in before]
    if not new:
        return Added(lines=list(before.values()), bill=standing)
    position = max((line.position for line in standing.lines), default=0) + 1
    lines = ringing_up.ring_up(tab, new, first_position=position, by=by, now=now)
    for line in lines:
        line.sent_at = now if sent and not line.waits_for_yes else None
    bill = bills.bill_with(tab, [*standing.lines, *lines])
    _check_and_recount(tab, bill.totals)
    insert_all(lines)
    history.record_all(
        tab_id=tab.id, kind="line_added", at=now, by=by, facts=[_fact(line) for line in lines]
    )
    venues.bump_board(tab.venue_id)
    return Added(lines=[*before.values(), *lines], bill=bill)


@joining
def change_line(
    *,
    tab_id: UUID,
    line_id: UUID,
    by: User,
    now: datetime,
    quantity: int | None = None,
    note: str | None = None,
) -> Line:
    """Change how many, or the note. What the bar has keeps its quantity.

    :raises TabNotOpen, LineUnknown, LineVoid: there is nothing to change.
    :raises LineSent, LineReduced, LineAcknowledged: the quantity of such a line was to change.
    :raises QuantityOutOfRange, TextTooLong: the new value cannot be kept.
    :raises TabTooLarge: more than can be charged.
    """
    tab, line = lock_line(tab_id, line_id)
    changes: dict[str, object] = {}
    if quantity is not None and check_quantity(quantity) != line.quantity:
        _refuse_if_fixed(line)
        _refuse_if_reduced(line)
        changes["quantity"] = quantity
    if note is not None and tidy(note, limit=LONGEST_NOTE) != line.note:
        changes["note"] = tidy(note, limit=LONGEST_NOTE)
    if changes:
        line.amend(**changes)
        if "quantity" in changes:
            _check_and_recount(tab, bills.bill_of(tab).totals)
        history.record(
            tab_id=tab.id, kind="line_changed", at=now, by=by, **_fact(line), note=line.note
        )
        venues.bump_board(tab.venue_id)
    return line


@joining
def remove_line(*, tab_id: UUID, line_id: UUID, by: User, now: datetime) -> None:
    """Take off what the bar has not seen. What something was ever taken off stays, crossed out.

    :raises TabNotOpen, LineUnknown, LineVoid: there is nothing to take off.
    :raises LineSent, LineAcknowledged: the bar has it, or the guest agreed; void it with a reason.
    """
    tab, line = lock_line(tab_id, line_id)
    _refuse_if_fixed(line)
    fact = _fact(line)
    if line.is_shared or line.reduction_parts.exists() or line.moves.exists():
        line.void(reason=gettext("Removed before it was sent"), by=by, now=now)
    else:
        line.delete()
    _check_and_recount(tab, bills.bill_of(tab).totals)
    history.record(tab_id=tab.id, kind="line_removed", at=now, by=by, **fact)
    venues.bump_board(tab.venue_id)


@joining
def void_line(*, tab_id: UUID, line_id: UUID, by: User, now: datetime, reason: str) -> Line:
    """Let a line count no longer; it stays on the bill, crossed out, with the reason.

    :raises TabNotOpen, LineUnknown, LineVoid: there is nothing to void.
    :raises ReasonMissing, TextTooLong: the guest is to read why.
    """
    tab, line = lock_line(tab_id, line_id)
    line.void(reason=tidy_reason(reason, limit=LONGEST_REASON), by=by, now=now)
    _check_and_recount(tab, bills.bill_of(tab).totals)
    history.record(
        tab_id=tab.id, kind="line_voided", at=now, by=by, **_fact(line), reason=line.void_reason
    )
    venues.bump_board(tab.venue_id)
    return line


def _lock_open(tab_id: UUID, *, venue_id: UUID | None = None) -> Tab:
    tab = Tab.objects.lock(tab_id, venue_id=venue_id)
    ensure_open(TabStatus(tab.status))
    return tab


def lock_line(tab_id: UUID, line_id: UUID) -> tuple[Tab, Line]:
    """A standing line of an open tab, with the tab locked.

    :raises TabNotOpen, LineUnknown, LineVoid: there is none.
    """
    tab = _lock_open(tab_id)
    line = tab.lines.filter(id=line_id).first()
    if line is None:
        raise LineUnknown(gettext_noop("There is no such line on this tab."))
    if line.is_void:
        raise LineVoid(gettext_noop("This line was voided already."))
    return tab, line


def _rung_up_before(bill: Bill, wanted: Sequence[NewLine]) -> Mapping[str, Line]:
    """Lines that an earlier try of the same request has added. Read under the tab's lock."""
    keys = {each.request_key for each in wanted if each.request_key}
    return {str(line.request_key): line for line in bill.lines if line.request_key in keys}


def _check_and_recount(tab: Tab, totals: Totals) -> None:
    if totals.total.minor > MAX_MINOR:
        raise TabTooLarge(gettext_noop("That is more than can be charged on one tab."))
    tab.recount(total=totals.total)


def _refuse_if_fixed(line: Line) -> None:
    if line.is_sent:
        raise LineSent(gettext_noop("The bar has this already. Void it with a reason instead."))
    if line.cleared_at is not None:
        raise LineAcknowledged(
            gettext_noop("This was agreed with the guest. Void it with a reason instead.")
        )


def _refuse_if_reduced(line: Line) -> None:
    if line.reductions or line.is_shared:
        raise LineReduced(
            gettext_noop("Something was taken or split off this line. Undo that first, or void it.")
        )


def _fact(line: Line) -> dict[str, Any]:
    return {"name": line.name, "quantity": line.quantity, "amount_minor": line.amount.minor}
