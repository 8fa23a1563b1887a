"""The life of a mail in the outbox.

due ──> claimed ──> sent
 ^         ├──────> due        (a passing fault: try again later)
 └─ lease ─┘        ├──────> failed     (refused for good, or tried too often)
                    └──────> withdrawn  (its tab owes nothing any more, or it is too late for it)

A mail that goes at most once takes one step more, so that a crash tells what it interrupted:

claimed ──> sending ──> sent
               └─ lease ─> unknown      (nobody can tell whether the server took it; never again)
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class MessageState(StrEnum):
    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


# States in which nothing more will happen to a mail.
FINAL: Final = frozenset(
    {MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN, MessageState.WITHDRAWN}
)
# A worker that died holds a message this long; links and receipts then go again with the same
# Message-ID, so a mail client shows them once.
LEASE: Final = timedelta(minutes=10)
RETRIES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait after this many tries; None when it is time to give up."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None
