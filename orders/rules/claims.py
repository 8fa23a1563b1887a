"""Who may look at the bill behind a card (product 5).

The first browser to scan a fresh card has the tab. Any further one, and any that had an earlier
tab of the same card, needs the share code or a tap by staff.

requested ──> granted ──> reset
    └───────> refused
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SHARE_CODE_TRIES: Final = 5
# Cookies cost nothing, so the tab counts as well: four digits hold against so few tries.
SHARE_CODE_TRIES_PER_TAB: Final = 20
SHARE_CODE_WINDOW_SECONDS: Final = 600


class ClaimState(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    RESET = "reset"


class ClaimWay(StrEnum):
    FIRST_SCAN = "first_scan"
    SHARE_CODE = "share_code"
    STAFF = "staff"


def claims_by_scanning(*, tab_is_claimed: bool, had_this_card_before: bool) -> bool:
    """Whether scanning alone lets this browser in."""
    return not tab_is_claimed and not had_this_card_before
