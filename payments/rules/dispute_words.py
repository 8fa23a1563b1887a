"""Reasons and states of disputes in plain words; doors and mails translate them.

Reasons are Stripe's, which sum up those of the card networks: docs.stripe.com/disputes/categories.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.kernel.errors import gettext_noop
from payments.rules.dispute_states import DisputeState

REASONS: Final[Mapping[str, str]] = {
    "credit_not_processed": gettext_noop("they say a refund was promised and never came"),
    "duplicate": gettext_noop("they say they paid twice for the same thing"),
    "fraudulent": gettext_noop("they say they did not make this payment"),
    "general": gettext_noop("they gave no particular reason"),
    "product_not_received": gettext_noop("they say they did not get what they paid for"),
    "product_unacceptable": gettext_noop("they say it was not as promised"),
    "subscription_canceled": gettext_noop("they say they had cancelled"),
    "unrecognized": gettext_noop("they do not recognise this payment"),
}
OTHER_REASON: Final = gettext_noop("the bank gave a reason of its own")
STATES: Final[Mapping[DisputeState, str]] = {
    DisputeState.INQUIRY: gettext_noop("Inquiry: answer wanted"),
    DisputeState.INQUIRY_REVIEW: gettext_noop("Inquiry: the bank looks at it"),
    DisputeState.INQUIRY_CLOSED: gettext_noop("Inquiry closed"),
    DisputeState.NEEDS_RESPONSE: gettext_noop("Evidence wanted"),
    DisputeState.UNDER_REVIEW: gettext_noop("The bank looks at it"),
    DisputeState.PREVENTED: gettext_noop("Prevented"),
    DisputeState.WON: gettext_noop("Won"),
    DisputeState.LOST: gettext_noop("Lost"),
    DisputeState.APPEAL_NEEDS_RESPONSE: gettext_noop("Appealed: answer wanted"),
    DisputeState.APPEAL_UNDER_REVIEW: gettext_noop("Appealed: the bank looks at it"),
}


def reason_of(code: str) -> str:
    """Why the cardholder's bank disputes it, to be translated."""
    return REASONS.get(code, OTHER_REASON)
