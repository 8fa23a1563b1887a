"""Giving things away and taking amounts off: on the house, discounts, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import (
    Line,
    Membership,
    Reduction,
    ReductionPart,
    ReductionWithdrawal,
    Tab,
    User,
)
from orders.rules import reductions as rules
from orders.rules.reductions import Reducible, ReductionKind
from orders.rules.roles import Right, Role, may
from orders.rules.tab_states import TabStatus, ensure_open
from orders.rules.texts import tidy_reason
from orders.selectors import bills
from orders.services import history, venues
from orders.services.lines import LineUnknown

LONGEST_REASON: Final = 160


class ReductionUnknown(DomainError):
    """There is no such reduction on this tab."""

    code = "reduction_unknown"


class LineMoved(DomainError):
    """A line it was taken off counts no more here: voided, or on another tab."""

    code = "line_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to come off: units of a line on the house, or an amount or per cent of line or tab.

    The same `request_key` again is the same decision.
    """

    kind: ReductionKind
    reason: str
    line_id: UUID | None = None
    quantity: int | None = None
    percent: Decimal | None = None
    amount: Money | None = None
    request_key: str | None = None


@transaction.atomic
def reduce_tab(*, tab_id: UUID, by: User, role: Role, now: datetime, wanted: Wanted) -> Reduction:
    """Take something off an open tab, for a reason the guest can read.

    :raises TabNotOpen: the amount is frozen.
    :raises LineUnknown: the line is not on this tab, or was voided.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    :raises NothingToReduce, ReductionTooLarge, ReductionUnclear: see `rules.reductions`.
    :raises AboveGiftLimit: more than this person may give away in a day.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    made = apply(tab, by=by, role=role, now=now, wanted=wanted)
    tab.recount(total=bills.bill_of(tab).totals.total)
    return made


@transaction.atomic
def withdraw(*, tab_id: UUID, reduction_id: UUID, by: User, now: datetime) -> Reduction:
    """Take a decision back; asked twice, it is back all the same.

    :raises TabNotOpen: the amount is frozen.
    :raises ReductionUnknown: this tab has no such reduction.
    :raises LineMoved: one of its lines was voided, or is on another tab by now.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    taken_back = give_back(tab, reduction_id=reduction_id, by=by, now=now)
    tab.recount(total=bills.bill_of(tab).totals.total)
    return taken_back


def apply(tab: Tab, *, by: User, role: Role, now: datetime, wanted: Wanted) -> Reduction:
    """Take something off the lines of a tab the caller has locked and will add up again."""
    before = find_made(tab, wanted)
    if before is not None:
        return before
    reason = tidy_reason(wanted.reason, limit=LONGEST_REASON)
    lines = _lines(tab, wanted)
    amounts = _amounts(lines, wanted)
    off = sum(amounts, start=Money.zero(tab.currency))
    _check_limit(tab, by=by, role=role, now=now, off=off)
    made = Reduction.objects.create(
        tab=tab,
        line=lines[0] if wanted.line_id else None,
        kind=wanted.kind,
        quantity=_units(lines[0], wanted),
        percent=wanted.percent,
        amount_minor=off.minor,
        currency=tab.currency,
        reason=reason,
        by=by,
        at=now,
        request_key=wanted.request_key,
    )
    _take_off(made, lines, amounts)
    _tell(made, tab, kind=wanted.kind, by=by, now=now)
    return made


def find_made(tab: Tab, wanted: Wanted) -> Reduction | None:
    """What an earlier try of the same decision has made. Asked under the tab's lock."""
    if wanted.request_key is None:
        return None
    return tab.reductions.filter(request_key=wanted.request_key).first()


def give_back(tab: Tab, *, reduction_id: UUID, by: User, now: datetime) -> Reduction:
    """Undo a reduction on a tab the caller has locked and will add up again."""
    here = Q(tab=tab) | Q(parts__line__tab=tab)
    found = Reduction.objects.filter(here, id=reduction_id).select_related("withdrawal", "line")
    reduction = found.first()
    if reduction is None:
        raise ReductionUnknown(gettext_noop("Nothing of this kind was taken off this tab."))
    if hasattr(reduction, "withdrawal"):
        return reduction
    lines = [part.line for part in reduction.parts.select_related("line")]
    if any(line.tab_id != tab.id or line.is_void for line in lines):
        raise LineMoved(
            gettext_noop("A line of this was voided or moved meanwhile, so it stays as it is.")
        )
    ReductionWithdrawal.objects.create(reduction=reduction, by=by, at=now)
    for line in lines:
        line.note_reductions([each for each in line.reductions if each["id"] != str(reduction.id)])
    _tell(reduction, tab, kind=f"{reduction.kind}_withdrawn", by=by, now=now)
    return reduction


def given_today(*, tab: Tab, by: User, now: datetime) -> Money:
    """What a person has given away at the tab's venue since midnight there."""
    midnight = datetime.combine(tab.venue.local(now).date(), time.min, tzinfo=tab.venue.zone)
    given = Reduction.objects.standing().filter(tab__venue_id=tab.venue_id, by=by, at__gte=midnight)
    minor: int = given.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return Money(minor, tab.currency)


def _lines(tab: Tab, wanted: Wanted) -> list[Line]:
    standing = tab.lines.standing().in_order()
    if wanted.line_id is None:
        return [line for line in standing if line.amount.is_positive]
    found = standing.filter(id=wanted.line_id).first()
    if found is None:
        raise LineUnknown(gettext_noop("There is no such line on this tab."))
    return [found]


def _amounts(lines: Sequence[Line], wanted: Wanted) -> list[Money]:
    reducible = [
        Reducible(line_id=line.id, worth=line.amount, units=line.units_left) for line in lines
    ]
    if wanted.kind == ReductionKind.DISCOUNT:
        return rules.discount(reducible, percent=wanted.percent, amount=wanted.amount)
    if wanted.line_id is None:
        return rules.comp_all(reducible)
    return [rules.comp(reducible[0], quantity=wanted.quantity)]


def _units(line: Line, wanted: Wanted) -> int | None:
    if wanted.kind == ReductionKind.DISCOUNT or wanted.line_id is None:
        return None
    return wanted.quantity or line.units_left


def _check_limit(tab: Tab, *, by: User, role: Role, now: datetime, off: Money) -> None:
    """What somebody gives away on two tabs at once counts together, under their membership."""
    if may(role, Right.GIVE_FREELY):
        return
    Membership.objects.select_for_update().filter(user=by, venue_id=tab.venue_id).first()
    given = given_today(tab=tab, by=by, now=now)
    rules.ensure_within(tab.venue.gift_limit, given=given, wanted=off)


def _take_off(made: Reduction, lines: Sequence[Line], amounts: Sequence[Money]) -> None:
    parts = [(line, amount) for line, amount in zip(lines, amounts, strict=True) if amount.minor]
    ReductionPart.objects.bulk_create(
        ReductionPart(reduction=made, line=line, amount_minor=amount.minor)
        for line, amount in parts
    )
    for line, amount in parts:
        line.note_reductions([*line.reductions, _note(made, line, amount)])


def _note(made: Reduction, line: Line, amount: Money) -> dict[str, Any]:
    """How a line tells a reduction without looking it up."""
    units = line.units_left if made.is_comp and made.line_id is None else made.quantity
    return {
        "id": str(made.id),
        "kind": made.kind,
        "quantity": units,
        "minor": amount.minor,
        "reason": made.reason,
    }


def _tell(reduction: Reduction, tab: Tab, *, kind: str, by: User, now: datetime) -> None:
    history.record(
        tab_id=tab.id,
        kind=kind,
        at=now,
        by=by,
        name=reduction.line.name if reduction.line else "",
        quantity=reduction.quantity,
        percent=f"{reduction.percent.normalize():f}" if reduction.percent else None,
        amount_minor=reduction.amount_minor,
        reason=reduction.reason,
    )
    venues.bump_board(tab.venue_id)
