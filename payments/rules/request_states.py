"""The life of "please pay this by then". One live request a tab.

pending ──> paid
   ├──────> superseded   (the tab was reopened and closed again)
   └──────> cancelled    (the tab was voided)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


MOVES: Final[Mapping[RequestState, frozenset[RequestState]]] = {
    RequestState.PENDING: frozenset(
        {RequestState.PAID, RequestState.SUPERSEDED, RequestState.CANCELLED}
    ),
    RequestState.PAID: frozenset(),
    RequestState.SUPERSEDED: frozenset(),
    RequestState.CANCELLED: frozenset(),
}
