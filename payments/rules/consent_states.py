"""The life of a guest's agreement to be charged with a card on file.

agreed ──> page_open ──> active ──> revoked    (withdrawn by the guest, or stopped by staff)
   │           │            ├────> unusable   (the card was taken away, or became another)
   │           │            └────> ended      (its tab is paid, or its time ran out)
   │           ├──> failed                    (no card was kept: the page ran out or was refused)
   └───────────┴──> revoked

Nothing is recorded by reading the words: a row begins when somebody agrees to them. Only an active
agreement lets anybody charge anything. One that ended, however it did, never comes back; agreeing
again is a new row with words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ConsentState(StrEnum):
    AGREED = "agreed"
    PAGE_OPEN = "page_open"
    ACTIVE = "active"
    REVOKED = "revoked"
    UNUSABLE = "unusable"
    ENDED = "ended"
    FAILED = "failed"


UNFINISHED: Final = frozenset({ConsentState.AGREED, ConsentState.PAGE_OPEN})
LIVE: Final = UNFINISHED | {ConsentState.ACTIVE}
OVER: Final = frozenset(ConsentState) - LIVE
MOVES: Final[Mapping[ConsentState, frozenset[ConsentState]]] = {
    ConsentState.AGREED: frozenset(
        {
            ConsentState.PAGE_OPEN,
            ConsentState.ACTIVE,
            ConsentState.FAILED,
            ConsentState.REVOKED,
        }
    ),
    ConsentState.PAGE_OPEN: frozenset(
        {ConsentState.ACTIVE, ConsentState.FAILED, ConsentState.REVOKED}
    ),
    ConsentState.ACTIVE: frozenset(
        {ConsentState.REVOKED, ConsentState.UNUSABLE, ConsentState.ENDED}
    ),
    ConsentState.REVOKED: frozenset(),
    ConsentState.UNUSABLE: frozenset(),
    ConsentState.ENDED: frozenset(),
    ConsentState.FAILED: frozenset(),
}


def can_move(current: ConsentState, wanted: ConsentState) -> bool:
    """Whether news of `wanted` changes anything; late or repeated news does not."""
    return wanted in MOVES[current]
