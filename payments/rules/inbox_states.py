"""The life of an event Stripe told us.

new ──> done | ignored                       (ignored: not ours, or nothing to do)
 └────> deferred ──> done | ignored | failed  (tried again with back-off; failed after ten tries)
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class InboxState(StrEnum):
    NEW = "new"
    DEFERRED = "deferred"
    DONE = "done"
    IGNORED = "ignored"
    FAILED = "failed"


MAX_TRIES: Final = 10
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)


def wait_before(tries: int) -> timedelta:
    """How long to leave an event alone after this many failed tries."""
    doublings: int = 2 ** min(tries - 1, 12)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)
