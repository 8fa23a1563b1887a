"""The life of one Stripe page opened for a part of a tab.

prepared ──> open ──> paid
   │           ├────> processing ──> paid | failed    (a bank debit on its way)
   │           ├────> expired                         (its time ran out at Stripe)
   │           └────> superseded                      (we closed it, and Stripe said so)
   └──> open, or refused                              (Stripe would not open it)

While it is prepared, open or processing its amount is reserved. A prepared attempt whose call got
no answer stays prepared: unknown is not failed. A page that Stripe says was paid is paid, whatever
we thought of it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class AttemptState(StrEnum):
    PREPARED = "prepared"
    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    REFUSED = "refused"


RESERVING: Final = frozenset({AttemptState.PREPARED, AttemptState.OPEN, AttemptState.PROCESSING})
_AFTER_OPEN: Final = frozenset(
    {
        AttemptState.PROCESSING,
        AttemptState.PAID,
        AttemptState.EXPIRED,
        AttemptState.SUPERSEDED,
        AttemptState.FAILED,
    }
)
MOVES: Final[Mapping[AttemptState, frozenset[AttemptState]]] = {
    AttemptState.PREPARED: frozenset({AttemptState.OPEN, AttemptState.REFUSED}) | _AFTER_OPEN,
    AttemptState.OPEN: _AFTER_OPEN,
    AttemptState.PROCESSING: frozenset({AttemptState.PAID, AttemptState.FAILED}),
    AttemptState.PAID: frozenset(),
    AttemptState.EXPIRED: frozenset({AttemptState.PAID}),
    AttemptState.SUPERSEDED: frozenset({AttemptState.PAID}),
    AttemptState.FAILED: frozenset({AttemptState.PAID}),
    AttemptState.REFUSED: frozenset({AttemptState.PAID}),
}


def can_move(current: AttemptState, wanted: AttemptState) -> bool:
    """Whether news of `wanted` changes anything; late or repeated news does not."""
    return wanted in MOVES[current]
