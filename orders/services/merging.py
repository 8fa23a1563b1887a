"""Making one tab of two: everything that counts moves over, and both histories are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import LineMove, Rearrangement, Tab, TabClaim, User
from orders.rules.claims import ClaimState, ClaimWay
from orders.rules.rearranging import RearrangementKind
from orders.rules.tab_states import TabStatus
from orders.services import cards, history, rearrangements, venues
from orders.services.rearrangements import ChangedSince


class NotTogether(DomainError):
    """These two cannot become one: the same one, another venue's, or one open and one closed."""

    code = "not_together"


@transaction.atomic
def merge(
    *, tab_id: UUID, other_id: UUID, by: User, now: datetime, request_key: str | None = None
) -> Rearrangement:
    """Move what counts on `other` to the tab; `other` ends as merged and gives its card back.

    The tab keeps its card, its guest, its pay-by date and its number, and comes to exactly what
    both did. Browsers that were let in to `other` see the tab from now on; voided lines stay where
    they are. The same `request_key` again is the same merge.

    :raises NotRearranged: one of them is neither open nor waiting for money.
    :raises NotTogether: they do not fit.
    :raises TabTooLarge: together they are more than can be charged.
    """
    tab, other = rearrangements.lock(tab_id, other_id)
    made = rearrangements.find_made(tab_id=tab_id, request_key=request_key)
    if made is not None:
        return made
    rearrangements.ensure_moving(tab, other)
    ensure_fit(tab, other)
    before = {
        str(tab.id): {"rounding": tab.rounding_minor, "closings": tab.closings},
        str(other.id): {
            "rounding": other.rounding_minor,
            "status": other.status,
            "closings": other.closings,
            "card": other.token_card_id,
        },
    }
    made = rearrangements.write(
        RearrangementKind.MERGE, tab=tab, tabs=[tab, other], before=before,
        by=by, now=now, request_key=request_key,
    )  # fmt: skip
    together, came = tab.total + other.total, other.total
    _move_lines(made, other, tab)
    _let_in(other, tab, by=by, now=now)
    other.merge_into(tab)
    rearrangements.settle_on(tab, together)
    _tell(made, tab, other, amount_minor=came.minor)
    return made


def undo(made: Rearrangement, *, by: User, now: datetime) -> None:
    """Move back what came over. The caller has locked both tabs, the one that stayed open as then.

    :raises ChangedSince: a line that came over is on yet another tab.
    """
    tab = made.tab
    other = made.tabs.select_related("venue", "terms").exclude(id=tab.id).get()
    was = made.before[str(other.id)]
    if tab.status != was["status"]:
        raise ChangedSince(gettext_noop("The tab was closed or reopened since; it stays merged."))
    for move in made.moves.select_related("line"):
        if move.line.tab_id != tab.id:
            raise ChangedSince(gettext_noop("A line that came over is on another tab by now."))
        rearrangements.move_line(move.line, other)
    other.come_back(status=TabStatus(was["status"]), rounding=was["rounding"])
    cards.give_back(other, card_id=was["card"])
    rearrangements.recount(other, rounding=was["rounding"])
    rearrangements.recount(tab, rounding=made.before[str(tab.id)]["rounding"])
    _let_out(made, other, tab)
    made.undo(by=by, now=now)
    for each, with_it in ((tab, other), (other, tab)):
        history.record(tab_id=each.id, kind="merge_undone", at=now, by=by, number=with_it.number)
    venues.bump_board(tab.venue_id)


def ensure_fit(tab: Tab, other: Tab) -> None:
    """:raises NotTogether: the same tab, another venue's, or one open and one closed."""
    if tab.id == other.id or (tab.venue_id, tab.currency) != (other.venue_id, other.currency):
        raise NotTogether(gettext_noop("Choose another tab of this venue."))
    if tab.status != other.status:
        raise NotTogether(
            gettext_noop(
                "One of these tabs is open, the other waits for money."
                " Close the open one first, or reopen the other."
            )
        )


def _move_lines(made: Rearrangement, other: Tab, tab: Tab) -> None:
    lines = list(other.lines.standing().in_order())
    LineMove.objects.bulk_create(
        LineMove(
            rearrangement=made, line=line, from_tab=other, to_tab=tab,
            amount_minor=line.amount.minor,
        )
        for line in lines
    )  # fmt: skip
    for line in lines:
        rearrangements.move_line(line, tab)


def _let_in(other: Tab, tab: Tab, *, by: User, now: datetime) -> None:
    """Whoever sees the one bill sees the bill of both."""
    known = set(TabClaim.objects.filter(tab=tab).values_list("browser_digest", flat=True))
    TabClaim.objects.bulk_create(
        TabClaim(
            tab=tab,
            browser_digest=claim.browser_digest,
            state=ClaimState.GRANTED,
            way=ClaimWay.STAFF,
            token_code=claim.token_code,
            created_at=now,
            decided_at=now,
            decided_by=by,
        )
        for claim in TabClaim.objects.granted().filter(tab=other)
        if claim.browser_digest not in known
    )


def _let_out(made: Rearrangement, other: Tab, tab: Tab) -> None:
    """Browsers that came over see their own bill again, and only that."""
    theirs = TabClaim.objects.filter(tab=other).values_list("browser_digest", flat=True)
    came = TabClaim.objects.granted().filter(tab=tab, way=ClaimWay.STAFF, created_at=made.at)
    came.filter(browser_digest__in=list(theirs)).delete()


def _tell(made: Rearrangement, tab: Tab, other: Tab, *, amount_minor: int) -> None:
    for each, kind, with_it in ((tab, "merged", other), (other, "merged_away", tab)):
        history.record(
            tab_id=each.id,
            kind=kind,
            at=made.at,
            by=made.by,
            number=with_it.number,
            amount_minor=amount_minor,
            rearrangement=str(made.id),
        )
    venues.bump_board(tab.venue_id)
