"""The life of a dispute: a bank took money back, or asks, until somebody is proved right.

inquiry ──> inquiry_review ──> inquiry_closed          (only asked: no money has moved)
   └──────────────┴───────────────┴──> needs_response  (the inquiry became a dispute)
needs_response ──> under_review ──> won | lost | prevented
won | lost ──> appeal_needs_response ──> appeal_under_review ──> won | lost

Stripe says how it stands, and news may skip states or come late: old news never moves one back.
Only an appeal opens what was closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class DisputeState(StrEnum):
    INQUIRY = "inquiry"
    INQUIRY_REVIEW = "inquiry_review"
    INQUIRY_CLOSED = "inquiry_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    PREVENTED = "prevented"
    WON = "won"
    LOST = "lost"
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"


_VERDICTS: Final = frozenset({DisputeState.WON, DisputeState.LOST})
_APPEALS: Final = frozenset(
    {DisputeState.APPEAL_NEEDS_RESPONSE, DisputeState.APPEAL_UNDER_REVIEW},
)
_ENDS: Final = _VERDICTS | {DisputeState.PREVENTED}
_REVIEWED: Final = _ENDS | _APPEALS
_ANSWERED: Final = _REVIEWED | {DisputeState.UNDER_REVIEW}
_DISPUTED: Final = _ANSWERED | {DisputeState.NEEDS_RESPONSE}
MOVES: Final[Mapping[DisputeState, frozenset[DisputeState]]] = {
    DisputeState.INQUIRY: _DISPUTED | {DisputeState.INQUIRY_REVIEW, DisputeState.INQUIRY_CLOSED},
    DisputeState.INQUIRY_REVIEW: _DISPUTED | {DisputeState.INQUIRY_CLOSED},
    DisputeState.INQUIRY_CLOSED: _DISPUTED,
    DisputeState.NEEDS_RESPONSE: _ANSWERED,
    DisputeState.UNDER_REVIEW: _REVIEWED,
    DisputeState.PREVENTED: frozenset(),
    DisputeState.WON: _APPEALS | {DisputeState.LOST},
    DisputeState.LOST: _APPEALS | {DisputeState.WON},
    DisputeState.APPEAL_NEEDS_RESPONSE: _VERDICTS | {DisputeState.APPEAL_UNDER_REVIEW},
    DisputeState.APPEAL_UNDER_REVIEW: _VERDICTS,
}
INQUIRIES: Final = frozenset(
    {DisputeState.INQUIRY, DisputeState.INQUIRY_REVIEW, DisputeState.INQUIRY_CLOSED}
)
# The bank waits for us; evidence handed in later counts for nothing.
ANSWERABLE: Final = frozenset({DisputeState.INQUIRY, DisputeState.NEEDS_RESPONSE})
CLOSED: Final = _ENDS | {DisputeState.INQUIRY_CLOSED}


def can_move(current: DisputeState, wanted: DisputeState) -> bool:
    """Whether news of `wanted` changes anything; late or repeated news does not."""
    return wanted in MOVES[current]
