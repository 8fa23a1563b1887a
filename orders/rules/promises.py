"""What a service promises: the wording a guest reads before it starts, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from enum import StrEnum


class AcknowledgementWay(StrEnum):
    """How it came that a service may start.

    On the staff's screen and on an own phone the guest has agreed. Waived means that staff let it
    start without that, and wrote down why.
    """

    STAFF_SCREEN = "staff_screen"
    OWN_PHONE = "own_phone"
    WAIVED = "waived"


def promises_something(*, expected_result: str, limits: str) -> bool:
    """Whether there is anything to agree to. How long it takes is no promise by itself."""
    return bool(expected_result or limits)


def canonical_text(*, duration_minutes: int | None, expected_result: str, limits: str) -> str:
    """The wording as one text: two promises read alike exactly when these are equal.

    JSON keeps the parts apart whatever stands in them; NFC makes one letter one letter.
    """
    parts = {
        "duration_minutes": duration_minutes,
        "expected_result": unicodedata.normalize("NFC", expected_result),
        "limits": unicodedata.normalize("NFC", limits),
    }
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(*, duration_minutes: int | None, expected_result: str, limits: str) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    text = canonical_text(
        duration_minutes=duration_minutes, expected_result=expected_result, limits=limits
    )
    return hashlib.sha256(text.encode()).hexdigest()


def points(text: str) -> tuple[str, ...]:
    """A text as the list it is shown as: one point for each line that says something."""
    return tuple(filter(None, (line.strip() for line in text.splitlines())))
