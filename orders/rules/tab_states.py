"""The life of a tab.

open ──> closed ──> settled
  │ <──────┤├─────> written_off ──> settled   (paid after all)
  │ reopen │ <─── owed again                   (the money that settled it was never taken)
  ├─> void ├─> void                            (only while nothing was captured)
  └─> merged └─> merged                        (its lines are on another tab)

Undoing a merge or a split is no step of its life: the tab is again what it was (`ensure_back`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from config.kernel.errors import DomainError, gettext_noop


class TabStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"
    VOID = "void"
    MERGED = "merged"


MOVES: Final[Mapping[TabStatus, frozenset[TabStatus]]] = {
    TabStatus.OPEN: frozenset({TabStatus.CLOSED, TabStatus.VOID, TabStatus.MERGED}),
    TabStatus.CLOSED: frozenset(
        {
            TabStatus.OPEN,
            TabStatus.SETTLED,
            TabStatus.WRITTEN_OFF,
            TabStatus.VOID,
            TabStatus.MERGED,
        }
    ),
    TabStatus.WRITTEN_OFF: frozenset({TabStatus.SETTLED}),
    TabStatus.SETTLED: frozenset({TabStatus.CLOSED}),
    TabStatus.VOID: frozenset(),
    TabStatus.MERGED: frozenset(),
}
FINAL: Final = frozenset({TabStatus.SETTLED, TabStatus.VOID, TabStatus.MERGED})
# What can be merged and split, and so what a merged tab may come back as.
MOVING: Final = frozenset({TabStatus.OPEN, TabStatus.CLOSED})
ASKED: Final = frozenset({TabStatus.CLOSED, TabStatus.SETTLED, TabStatus.WRITTEN_OFF})


class IllegalMove(DomainError):
    """A tab cannot go from where it is to where somebody wants it."""

    code = "illegal_move"


class TabNotOpen(DomainError):
    """Only an open tab takes changes of this kind."""

    code = "tab_not_open"


def ensure_open(current: TabStatus) -> None:
    """:raises TabNotOpen: the amount is frozen, or the tab is gone."""
    if current != TabStatus.OPEN:
        raise TabNotOpen(
            gettext_noop("This tab is already %(current)s."), current=current.replace("_", " ")
        )


def ensure_move(current: TabStatus, wanted: TabStatus) -> None:
    """:raises IllegalMove: the tab's life has no such step."""
    if wanted not in MOVES[current]:
        raise _illegal(current, wanted)


def ensure_closable(current: TabStatus) -> None:
    """A settled tab can owe again, but what it owes is booked already: it is not closed anew.

    :raises IllegalMove: the tab is not open.
    """
    if current != TabStatus.OPEN:
        raise _illegal(current, TabStatus.CLOSED)


def ensure_back(current: TabStatus, wanted: TabStatus) -> None:
    """:raises IllegalMove: no merge is there to be undone, or the tab was never that."""
    if current != TabStatus.MERGED or wanted not in MOVING:
        raise _illegal(current, wanted)


def _illegal(current: TabStatus, wanted: TabStatus) -> IllegalMove:
    return IllegalMove(
        gettext_noop("A tab that is %(current)s cannot become %(wanted)s."),
        current=current.replace("_", " "),
        wanted=wanted.replace("_", " "),
    )
