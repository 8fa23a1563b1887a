"""The life of one reminder of one tab, and why it may not go out.

due ──> claimed ──> sent
 ^ │       ├──────> unknown   (nobody can tell whether it left; it is not sent again)
 │ │       ├──────> skipped   (refused, or paid before it left)
 │ │       └──────> due       (taken back before it left: the night came, or the amount changed)
 │ └──────> skipped           (with the reason)
 └────────────┘               (the tab was closed anew, or moved to a later date)

Claimed means that its mail stands in the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.rules.tab_states import TabStatus


class ReminderState(StrEnum):
    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


MOVES: Final[Mapping[ReminderState, frozenset[ReminderState]]] = {
    ReminderState.DUE: frozenset({ReminderState.CLAIMED, ReminderState.SKIPPED}),
    ReminderState.CLAIMED: frozenset(
        {ReminderState.SENT, ReminderState.UNKNOWN, ReminderState.SKIPPED, ReminderState.DUE}
    ),
    ReminderState.SKIPPED: frozenset({ReminderState.DUE}),
    ReminderState.SENT: frozenset(),
    ReminderState.UNKNOWN: frozenset(),
}


class SkipReason(StrEnum):
    """Why a reminder was not sent."""

    SETTLED = "settled"
    NOTHING_LEFT = "nothing_left"
    VOIDED = "voided"
    WRITTEN_OFF = "written_off"
    REOPENED = "reopened"
    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    STOPPED = "stopped"
    BOUNCED = "bounced"
    REFUSED = "refused"
    EXTENDED = "extended"
    TOO_SOON = "too_soon"
    OVERTAKEN = "overtaken"
    PAYING_CASH = "paying_cash"
    BY_STAFF = "by_staff"
    CARD_ON_FILE = "card_on_file"
    DISPUTED = "disputed"


# What a tab that owes nothing has become.
ENDED: Final[Mapping[TabStatus, SkipReason]] = {
    TabStatus.OPEN: SkipReason.REOPENED,
    TabStatus.SETTLED: SkipReason.SETTLED,
    TabStatus.VOID: SkipReason.VOIDED,
    TabStatus.WRITTEN_OFF: SkipReason.WRITTEN_OFF,
    TabStatus.MERGED: SkipReason.NOTHING_LEFT,
}
# Reasons that end when the tab is asked for anew; what people decided stays decided.
PASSING: Final = frozenset(
    {SkipReason.REOPENED, SkipReason.TOO_SOON, SkipReason.SETTLED, SkipReason.NOTHING_LEFT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a tab once it is locked. `stop` is why its address gets no reminders."""

    status: TabStatus
    owes: bool
    has_address: bool
    stop: SkipReason | None


def reason_to_skip(facts: Facts) -> SkipReason | None:
    """Why nobody may be reminded of this tab now; None if they may."""
    if facts.status in ENDED:
        return ENDED[facts.status]
    if not facts.owes:
        return SkipReason.NOTHING_LEFT
    if not facts.has_address:
        return SkipReason.NO_ADDRESS
    return facts.stop
