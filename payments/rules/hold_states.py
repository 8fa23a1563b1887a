"""The life of money held on a guest's card, from their agreement to its one end.

agreed ──> page_open ──> held                                     (the guest was there)
   │           ├──────> card_saved ──> placing ──> held           (placed later, without them)
   │           │             │            └──────> failed         (the bank said no)
   ├───────────┼─────────────┴──> dropped     (it was not wanted any more; nothing was held)
   └───────────┴──> failed                    (no card was given: the page ran out or was refused)

held ──> applied     (taken for a tab, in part or whole; the rest was let go)
  ├────> captured    (taken because nobody came, or too late was cancelled)
  ├────> released    (let go on purpose)
  └────> expired     (the bank let it go)

`Wish` is what we asked for; the end is what Stripe says came of it. A wish is made once, under the
hold's lock, so taking and letting go can never both be under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class HoldWay(StrEnum):
    """Held while the guest is there, or on a card they gave for later."""

    NOW = "now"
    LATER = "later"


class HoldState(StrEnum):
    AGREED = "agreed"
    PAGE_OPEN = "page_open"
    CARD_SAVED = "card_saved"
    PLACING = "placing"
    HELD = "held"
    APPLIED = "applied"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"
    DROPPED = "dropped"
    FAILED = "failed"


class Wish(StrEnum):
    """What is to become of a hold."""

    NONE = ""
    APPLY = "apply"
    CAPTURE = "capture"
    RELEASE = "release"


WAITING: Final = frozenset({HoldState.AGREED, HoldState.PAGE_OPEN})
LIVE: Final = WAITING | {HoldState.CARD_SAVED, HoldState.PLACING, HoldState.HELD}
# Money was there, and no more is.
SPENT: Final = frozenset(
    {HoldState.APPLIED, HoldState.CAPTURED, HoldState.RELEASED, HoldState.EXPIRED}
)
TAKEN: Final = frozenset({HoldState.APPLIED, HoldState.CAPTURED})
FINAL: Final = frozenset(HoldState) - LIVE
MOVES: Final[Mapping[HoldState, frozenset[HoldState]]] = {
    HoldState.AGREED: frozenset(
        {
            HoldState.PAGE_OPEN,
            HoldState.CARD_SAVED,
            HoldState.HELD,
            HoldState.DROPPED,
            HoldState.FAILED,
        }
    ),
    HoldState.PAGE_OPEN: frozenset(
        {HoldState.CARD_SAVED, HoldState.HELD, HoldState.DROPPED, HoldState.FAILED}
    ),
    HoldState.CARD_SAVED: frozenset({HoldState.PLACING, HoldState.DROPPED}),
    HoldState.PLACING: frozenset({HoldState.HELD, HoldState.FAILED}),
    HoldState.HELD: SPENT,
    HoldState.APPLIED: frozenset(),
    HoldState.CAPTURED: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
    HoldState.DROPPED: frozenset(),
    HoldState.FAILED: frozenset(),
}


def can_move(current: HoldState, wanted: HoldState) -> bool:
    """Whether news of `wanted` changes anything; late or repeated news does not."""
    return wanted in MOVES[current]


def end_of_taken(wish: Wish) -> HoldState:
    """The end of held money that was taken; by whom else than us, it counts as captured."""
    return HoldState.APPLIED if wish == Wish.APPLY else HoldState.CAPTURED


def end_of_let_go(wish: Wish) -> HoldState:
    """The end of held money that is the guest's again; unless we asked for it, the bank did it."""
    return HoldState.RELEASED if wish == Wish.RELEASE else HoldState.EXPIRED
