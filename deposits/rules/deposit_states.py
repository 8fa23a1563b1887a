"""The life of a deposit. It has exactly one end.

asked ──> card_saved ──> held ──> claimed ──> objected
  ^ │  └──────────────────^ │ ^──────┘ │         │
  │ │         │             │          │         │
  └─┴─────────┘             │          │         │    (another card is needed)
  └──> failed               │          │         │    (no card was given in time)
  └───────────┴──> waived   │          │         │    (nothing was held, and nothing is asked)
                            ├──> applied         │    (taken for the bill of the visit)
                            ├──────────┴─────────┴──> released | captured | expired

Only in `held`, `claimed` and `objected` is a guest's money reserved. `claimed`: staff say that the
guest stayed away or cancelled too late, and show it; the guest may object. `captured` is reached
from a claim, or by somebody who takes the money at Stripe's own desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class DepositState(StrEnum):
    ASKED = "asked"
    CARD_SAVED = "card_saved"
    HELD = "held"
    CLAIMED = "claimed"
    OBJECTED = "objected"
    APPLIED = "applied"
    RELEASED = "released"
    CAPTURED = "captured"
    EXPIRED = "expired"
    WAIVED = "waived"
    FAILED = "failed"


class Why(StrEnum):
    """What a claim is about."""

    NONE = ""
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"


_S = DepositState
RESERVED: Final = frozenset({_S.HELD, _S.CLAIMED, _S.OBJECTED})
LIVE: Final = RESERVED | {_S.ASKED, _S.CARD_SAVED}
FINAL: Final = frozenset(DepositState) - LIVE
_ENDS_OF_CLAIM: Final = frozenset({_S.RELEASED, _S.CAPTURED, _S.EXPIRED})
MOVES: Final[Mapping[DepositState, frozenset[DepositState]]] = {
    _S.ASKED: frozenset({_S.CARD_SAVED, _S.HELD, _S.WAIVED, _S.FAILED}),
    _S.CARD_SAVED: frozenset({_S.ASKED, _S.HELD, _S.WAIVED}),
    _S.HELD: frozenset({_S.ASKED, _S.CLAIMED, _S.APPLIED, _S.RELEASED, _S.CAPTURED, _S.EXPIRED}),
    _S.CLAIMED: _ENDS_OF_CLAIM | {_S.OBJECTED},
    _S.OBJECTED: _ENDS_OF_CLAIM,
    _S.APPLIED: frozenset(),
    _S.RELEASED: frozenset(),
    _S.CAPTURED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.WAIVED: frozenset(),
    _S.FAILED: frozenset(),
}


def can_move(current: DepositState, wanted: DepositState) -> bool:
    return wanted in MOVES[current]
