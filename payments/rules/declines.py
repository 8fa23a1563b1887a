"""What a bank's no means for the next try (docs.stripe.com/declines/codes)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Retry(StrEnum):
    """Whether the same card may be asked once more."""

    LATER = "later"
    NEW_CARD = "new_card"
    NEVER = "never"


# The card is good, the moment was not.
LATER: Final = frozenset(
    {
        "approve_with_id", "card_velocity_exceeded", "insufficient_funds", "issuer_not_available",
        "processing_error", "reenter_transaction", "try_again_later",
        "withdrawal_count_limit_exceeded",
    }
)  # fmt: skip
# The card's owner or bank does not want to be asked again, with this card, by anybody.
NEVER: Final = frozenset(
    {
        "fraudulent", "lost_card", "merchant_blacklist", "pickup_card", "restricted_card",
        "revocation_of_all_authorizations", "revocation_of_authorization", "security_violation",
        "stolen_card", "stop_payment_order",
    }
)  # fmt: skip
# The bank wants to see the guest: nothing is wrong with the card.
ASKS_GUEST: Final = frozenset({"authentication_required", "authentication_not_handled"})


def retry_of(code: str) -> Retry:
    """Codes nobody knows yet are answered with the guest's own link, never with another try."""
    if code in LATER:
        return Retry.LATER
    return Retry.NEVER if code in NEVER else Retry.NEW_CARD
