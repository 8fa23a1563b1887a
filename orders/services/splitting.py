"""Making several tabs of one: lines go whole, or each is shared so that parts come out exact."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from config.kernel.errors import gettext_noop
from config.kernel.money import Money, total
from orders.models import Acknowledgement, Line, LineMove, Rearrangement, Tab, User
from orders.rules import rearranging
from orders.rules.rearranging import NothingLeft, RearrangementKind, SplitUnclear
from orders.services import history, rearrangements, venues
from orders.services.lines import LineUnknown
from orders.services.party import LONGEST_LABEL
from orders.services.rearrangements import ChangedSince


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How a tab is split: groups of whole lines, or what each new tab comes to.

    The tab itself keeps the rest. `fixed` lines are shared with nobody: they are paid for.
    The same `request_key` again is the same split.
    """

    groups: Sequence[Sequence[UUID]] = ()
    amounts: Sequence[Money] = ()
    fixed: Collection[UUID] = ()
    request_key: str | None = None


@transaction.atomic
def split(*, tab_id: UUID, wanted: Split, by: User, now: datetime) -> Rearrangement:
    """Make a tab of its own of each group or amount. New tabs have neither card nor guest yet.

    Together they come to exactly what the tab did; it keeps what rounding leaves. Parts of a closed
    tab are closed too, with the same pay-by date.

    :raises NotRearranged: the tab is neither open nor waiting for money.
    :raises LineUnknown: a line is not on it, or stands in two groups.
    :raises SplitUnclear: there are no groups, empty ones, or more parts than twenty.
    :raises NothingLeft: nothing would stay, or a part would cost nothing.
    """
    [tab] = rearrangements.lock(tab_id)
    made = rearrangements.find_made(tab_id=tab_id, request_key=wanted.request_key)
    if made is not None:
        return made
    rearrangements.ensure_moving(tab)
    parts = _open_parts(tab, wanted, by=by, now=now)
    made = rearrangements.write(
        RearrangementKind.SPLIT,
        tab=tab,
        tabs=[tab, *parts],
        before=_before(tab, parts),
        by=by,
        now=now,
        request_key=wanted.request_key,
    )
    whole = tab.total
    if wanted.groups:
        _move_groups(made, tab, parts, wanted.groups)
    else:
        _share_out(made, tab, parts, wanted)
    _even_out(tab, parts, whole=whole)
    _tell(made, tab, parts)
    return made


def undo(made: Rearrangement, *, by: User, now: datetime) -> None:
    """Put every line back. The caller has locked all the tabs.

    :raises ChangedSince: a part is not as the split left it.
    """
    tab, was = made.tab, made.before[str(made.tab_id)]
    parts = list(made.tabs.select_related("venue", "terms").exclude(id=tab.id).order_by("number"))
    if any(each.status != was["status"] for each in (tab, *parts)):
        raise ChangedSince(gettext_noop("One of the parts was closed, reopened or paid since."))
    for move in made.moves.select_related("line", "share"):
        _put_back(move, tab, by=by, now=now)
    for part in parts:
        if part.lines.standing().exists():
            raise ChangedSince(
                gettext_noop("Something was added to tab #%(number)s since."), number=part.number
            )
        part.merge_into(tab)
    rearrangements.recount(tab, rounding=was["rounding"])
    made.undo(by=by, now=now)
    for each in (tab, *parts):
        history.record(tab_id=each.id, kind="split_undone", at=now, by=by, number=tab.number)
    venues.bump_board(tab.venue_id)


def _before(tab: Tab, parts: Sequence[Tab]) -> dict[str, dict[str, object]]:
    was = {"rounding": tab.rounding_minor, "status": tab.status, "closings": tab.closings}
    return {str(tab.id): was} | {str(part.id): {"closings": 0} for part in parts}


def _open_parts(tab: Tab, wanted: Split, *, by: User, now: datetime) -> list[Tab]:
    count = len(wanted.groups) or len(wanted.amounts)
    if not 1 <= count < rearranging.MOST_PARTS:
        raise SplitUnclear(
            gettext_noop("A tab can be split into 2 to %(most)s parts."),
            most=rearranging.MOST_PARTS,
        )
    return [
        _open_part(tab, by=by, now=now, index=index, of=count + 1) for index in range(2, count + 2)
    ]


def _open_part(tab: Tab, *, by: User, now: datetime, index: int, of: int) -> Tab:
    number, _newest_terms = venues.take_tab_number(tab.venue_id)
    place = f"{index}/{of}"
    label = f"{tab.label[: LONGEST_LABEL - len(place) - 1]} {place}".strip()
    part = Tab.objects.create(
        venue=tab.venue,
        number=number,
        status=tab.status,
        label=label,
        terms=tab.terms,
        currency=tab.currency,
        # Its lines come without being rung up here, and that counts as a change of them.
        version=2,
        in_charge=tab.in_charge,
        opened_by=by,
        opened_at=now,
        closed_at=tab.closed_at,
        due_at=tab.due_at,
    )
    history.record(tab_id=part.id, kind="split_from", at=now, by=by, number=tab.number, label=label)
    return part


def _move_groups(
    made: Rearrangement, tab: Tab, parts: Sequence[Tab], groups: Sequence[Sequence[UUID]]
) -> None:
    asked = list(chain.from_iterable(groups))
    standing = {line.id: line for line in tab.lines.standing()}
    if len(asked) != len(set(asked)) or not standing.keys() >= set(asked):
        raise LineUnknown(gettext_noop("There is no such line on this tab."))
    for part, group in zip(parts, groups, strict=True):
        for line_id in group:
            line = standing[line_id]
            _note(made, line, to=part, amount=line.amount)
            rearrangements.move_line(line, part)


def _share_out(made: Rearrangement, tab: Tab, parts: Sequence[Tab], wanted: Split) -> None:
    standing = [line for line in tab.lines.standing().in_order() if line.amount.is_positive]
    lines = [line for line in standing if line.id not in wanted.fixed]
    worths = [line.amount for line in lines]
    taken = rearranging.worth_of_parts(
        wanted.amounts,
        whole=tab.total,
        worth=total([line.amount for line in standing], tab.currency),
        at_hand=total(worths, tab.currency),
    )
    rows = rearranging.spread(worths, parts=taken)
    for line, row in zip(lines, rows, strict=True):
        for part, amount in zip(parts, row, strict=True):
            if amount.is_positive:
                share = _share(line, part, amount)
                _note(made, line, to=part, amount=amount, share=share)
        line.amend(moved_minor=line.moved_minor + total(row, tab.currency).minor)
    for part, amount in zip(parts, wanted.amounts, strict=True):
        rearrangements.settle_on(part, amount)


def _share(line: Line, part: Tab, amount: Money) -> Line:
    """So much of a line as a line of its own: the same tax, the same promise and yes to it."""
    share = Line.objects.create(
        tab=part,
        item_id=line.item_id,
        share_of=line,
        position=line.position,
        name=line.name,
        quantity=1,
        unit_price_minor=amount.minor,
        currency=line.currency,
        modifiers=line.modifiers,
        note=line.note,
        tax_name=line.tax_name,
        tax_rate=line.tax_rate,
        added_by_id=line.added_by_id,
        added_at=line.added_at,
        sent_at=line.sent_at,
        served_at=line.served_at,
        promise_id=line.promise_id,
        cleared_at=line.cleared_at,
    )
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            line=share,
            promise_id=said.promise_id,
            digest=said.digest,
            way=said.way,
            name=said.name,
            reason=said.reason,
            at=said.at,
            by_id=said.by_id,
            browser_digest=said.browser_digest,
        )
        for said in line.acknowledgements.order_by("id")
    )
    return share


def _note(
    made: Rearrangement, line: Line, *, to: Tab, amount: Money, share: Line | None = None
) -> None:
    LineMove.objects.create(
        rearrangement=made,
        line=line,
        share=share,
        from_tab_id=made.tab_id,
        to_tab=to,
        amount_minor=amount.minor,
    )


def _even_out(tab: Tab, parts: Sequence[Tab], *, whole: Money) -> None:
    """The new tabs come to what their lines do, the tab to all that is left."""
    for part in parts:
        if not part.total_minor:
            rearrangements.recount(part, rounding=0)
    stays = whole - total([part.total for part in parts], tab.currency)
    if not stays.is_positive or not all(part.total.is_positive for part in parts):
        raise NothingLeft(gettext_noop("Leave something on this tab, and on every part."))
    rearrangements.settle_on(tab, stays)


def _put_back(move: LineMove, tab: Tab, *, by: User, now: datetime) -> None:
    line, share = move.line, move.share
    moved = share or line
    if moved.tab_id != move.to_tab_id or (share and not _is_whole(share, move)):
        raise ChangedSince(gettext_noop("A line of one of the parts was changed since."))
    if share is None:
        rearrangements.move_line(line, tab)
        return
    share.void(reason=f"→ #{tab.number}", by=by, now=now)
    line.refresh_from_db(fields=["moved_minor"])
    line.amend(moved_minor=line.moved_minor - move.amount_minor)


def _is_whole(share: Line, move: LineMove) -> bool:
    return not share.is_void and share.amount.minor == move.amount_minor


def _tell(made: Rearrangement, tab: Tab, parts: Sequence[Tab]) -> None:
    history.record(
        tab_id=tab.id,
        kind="split",
        at=made.at,
        by=made.by,
        count=len(parts) + 1,
        numbers=", ".join(f"#{part.number}" for part in parts),
        amount_minor=total([part.total for part in parts], tab.currency).minor,
        rearrangement=str(made.id),
    )
    venues.bump_board(tab.venue_id)
