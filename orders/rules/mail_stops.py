"""Why an address gets no reminders, or no mail at all."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class StopReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    STAFF = "staff"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


# Nothing reaches these, or nothing may; the others still get links and receipts.
NO_MAIL_AT_ALL: Final = frozenset({StopReason.BOUNCED, StopReason.COMPLAINED})
