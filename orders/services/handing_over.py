"""Handing a tab over: to a colleague, to another table, or to another guest on file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Customer, Membership, Rearrangement, Tab, User
from orders.rules.rearranging import RearrangementKind
from orders.rules.texts import tidy
from orders.services import history, links, rearrangements, venues
from orders.services.party import LONGEST_LABEL
from orders.services.rearrangements import ChangedSince

_CHANGED: Final = ("in_charge_id", "label", "customer_id", "guest_name")


class ColleagueUnknown(DomainError):
    """Nobody of this kind works at the venue today."""

    code = "colleague_unknown"


class NothingHandedOver(DomainError):
    """The tab is there already."""

    code = "nothing_handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Where the tab goes; None leaves things as they are. The same `request_key` counts once."""

    colleague: User | None = None
    label: str | None = None
    customer: Customer | None = None
    request_key: str | None = None


@transaction.atomic
def hand_over(*, tab_id: UUID, to: HandOver, by: User, now: datetime) -> Rearrangement:
    """Same lines, same total: only who looks after it, where it is, or whose it is changes.

    :raises NotRearranged: the tab is neither open nor waiting for money.
    :raises ColleagueUnknown: the colleague does not work here today.
    :raises NothingHandedOver: nothing would change.
    :raises TextTooLong: the place is too long.
    """
    [tab] = rearrangements.lock(tab_id)
    made = rearrangements.find_made(tab_id=tab_id, request_key=to.request_key)
    if made is not None:
        return made
    rearrangements.ensure_moving(tab)
    changes = _changes(tab, to)
    was = _as_kept(tab)
    if not any(was[name] != _plain(value) for name, value in changes.items()):
        raise NothingHandedOver(gettext_noop("Choose a colleague, a place or a guest."))
    if to.customer is not None and tab.customer_id is not None:
        # What was sent to one guest must not open the bill of another.
        links.revoke_all(tab_id=tab.id, now=now)
    tab.amend(**changes)
    made = rearrangements.write(
        RearrangementKind.TRANSFER,
        tab=tab,
        tabs=[tab],
        before={str(tab.id): {"was": was, "became": _as_kept(tab)}},
        by=by,
        now=now,
        request_key=to.request_key,
    )
    _tell(made, tab, to)
    return made


def undo(made: Rearrangement, *, by: User, now: datetime) -> None:
    """Hand it back. The caller has locked the tab.

    :raises ChangedSince: it went elsewhere since.
    """
    tab, kept = made.tab, made.before[str(made.tab_id)]
    if _as_kept(tab) != kept["became"]:
        raise ChangedSince(gettext_noop("The tab was handed on since, so it stays where it is."))
    tab.amend(**kept["was"])
    links.restore(tab_id=tab.id, revoked_at=made.at)
    made.undo(by=by, now=now)
    history.record(tab_id=tab.id, kind="hand_over_undone", at=now, by=by)
    venues.bump_board(tab.venue_id)


def _changes(tab: Tab, to: HandOver) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if to.colleague is not None:
        here = Membership.objects.filter(venue_id=tab.venue_id, user=to.colleague, ended_at=None)
        if not here.exists():
            raise ColleagueUnknown(gettext_noop("Nobody of this name works here today."))
        changes["in_charge_id"] = to.colleague.pk
    if to.label is not None:
        changes["label"] = tidy(to.label, limit=LONGEST_LABEL)
    if to.customer is not None:
        # The name that was given for the guest before is not this one's.
        changes |= {"customer_id": to.customer.pk, "guest_name": ""}
    return changes


def _tell(made: Rearrangement, tab: Tab, to: HandOver) -> None:
    history.record(
        tab_id=tab.id,
        kind="handed_over",
        at=made.at,
        by=made.by,
        colleague=to.colleague.get_short_name() if to.colleague else "",
        label=tab.label if to.label is not None else "",
        guest=to.customer.name if to.customer else "",
        rearrangement=str(made.id),
    )
    venues.bump_board(tab.venue_id)


def _as_kept(tab: Tab) -> dict[str, Any]:
    return {name: _plain(getattr(tab, name)) for name in _CHANGED}


def _plain(value: object) -> object:
    """As JSON keeps it."""
    return str(value) if isinstance(value, UUID) else value
