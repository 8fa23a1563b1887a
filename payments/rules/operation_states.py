"""The life of one call to the gateway.

pending ──> done
   │   ├──> failed     (a determined no)
   │   └──> unknown ──> done | failed   (no answer: asked again with the same key, or looked up)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class OperationKind(StrEnum):
    OPEN_CHECKOUT = "checkout"
    EXPIRE_CHECKOUT = "expire"
    REFUND = "refund"
    MAKE_CUSTOMER = "customer"
    OPEN_SETUP = "setup"
    CHARGE_SAVED = "settle"
    RELEASE_CHARGE = "release"
    DETACH_CARD = "detach"
    SUBMIT_EVIDENCE = "evidence"
    HOLD_CUSTOMER = "hold_customer"
    HOLD_PAGE = "hold_page"
    HOLD_SETUP = "hold_setup"
    HOLD_CLOSE = "hold_close"
    HOLD_PLACE = "hold_place"
    HOLD_CAPTURE = "hold_capture"
    HOLD_RELEASE = "hold_release"
    HOLD_DETACH = "hold_detach"


class OperationState(StrEnum):
    PENDING = "pending"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


UNRESOLVED: Final = frozenset({OperationState.PENDING, OperationState.UNKNOWN})
MOVES: Final[Mapping[OperationState, frozenset[OperationState]]] = {
    OperationState.PENDING: frozenset(
        {OperationState.DONE, OperationState.FAILED, OperationState.UNKNOWN}
    ),
    OperationState.UNKNOWN: frozenset({OperationState.DONE, OperationState.FAILED}),
    OperationState.DONE: frozenset(),
    OperationState.FAILED: frozenset(),
}
# Stripe keeps a key's answer for at least 24 hours; after this it is looked up, never sent again.
RESEND_WITHIN: Final = timedelta(hours=20)
