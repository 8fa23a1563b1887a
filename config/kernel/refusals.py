"""What kind of no a refusal is to a caller: about their input, their rights, or the state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.kernel.errors import DomainError

NOT_ALLOWED: Final = "not_allowed"
# Refusals about something that was typed, and the field of the API it was typed in.
FIELD_OF: Final[Mapping[str, str]] = {
    "amount_unclear": "amount",
    "day_out_of_bounds": "until",
    "email_unclear": "email",
    "evidence_empty": "statement",
    "evidence_too_long": "statement",
    "guests_count_unclear": "guests_count",
    "leaves_more_than_counted": "left",
    "opening_unknown": "opening",
    "phone_unclear": "phone",
    "reduction_unclear": "",
    "reason_missing": "reason",
    "signature_missing": "name",
    "text_too_long": "",
}
# Refusals that pass by themselves, so that the same call may be made again later.
PASSING: Final = frozenset({"gateway_away", "idempotency_in_progress", "payment_under_way"})
_NEVER_KEPT: Final = PASSING | {NOT_ALLOWED, "idempotency_key_reused", *FIELD_OF}


def is_answer(refusal: DomainError) -> bool:
    """Whether the refusal is what this very call came to, so that a repeat is told the same."""
    return refusal.code not in _NEVER_KEPT
