"""The life of a refund.

requested ──> pending ──> succeeded ──> failed
    │   │         └─────> failed | canceled
    │   └──> succeeded                            (most cards: at once)
    └──────> failed                               (Stripe refused: nothing ever left)

Until Stripe has answered a refund stays requested, whatever the call came to: unknown is not
failed. A bank may send back what seemed to have arrived, up to a month later.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RefundState(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class RefundOrigin(StrEnum):
    """Who wanted it: a manager here, the excess of an overpaid tab, or somebody at Stripe."""

    STAFF = "staff"
    EXCESS = "excess"
    STRIPE = "stripe"


# What counts against the rest of a payment: it went back, or may yet go.
HOLDING: Final = frozenset({RefundState.REQUESTED, RefundState.PENDING, RefundState.SUCCEEDED})
# What has left the account at Stripe, and stands in the ledger.
BOOKED: Final = frozenset({RefundState.PENDING, RefundState.SUCCEEDED})
UNDERWAY: Final = frozenset({RefundState.REQUESTED, RefundState.PENDING})
MOVES: Final[Mapping[RefundState, frozenset[RefundState]]] = {
    RefundState.REQUESTED: frozenset(
        {
            RefundState.PENDING,
            RefundState.SUCCEEDED,
            RefundState.FAILED,
            RefundState.CANCELED,
        }
    ),
    RefundState.PENDING: frozenset(
        {RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED}
    ),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
    RefundState.CANCELED: frozenset(),
}


def can_move(current: RefundState, wanted: RefundState) -> bool:
    """Whether news of `wanted` changes anything; late or repeated news does not."""
    return wanted in MOVES[current]
