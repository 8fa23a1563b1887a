"""Words people type: one tidy line, or a clear refusal instead of a database error."""

from __future__ import annotations

import unicodedata
from typing import Final

from config.kernel.errors import DomainError, gettext_noop

# Controls (NUL among them, which PostgreSQL refuses), lone surrogates, private and unassigned.
_UNWANTED: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
# Marks that turn the direction of text around would let one name pass for another.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class TextTooLong(DomainError):
    """More was typed than there is room for."""

    code = "text_too_long"


class ReasonMissing(DomainError):
    """This step stands on the bill for ever, so it needs a reason."""

    code = "reason_missing"


def tidy(text: str, *, limit: int) -> str:
    """The text as one line: spaces collapsed, control characters gone.

    :raises TextTooLong: more than `limit` characters are left.
    """
    return _within(limit, _one_line(text))


def tidy_paragraphs(text: str, *, limit: int) -> str:
    """As `tidy`, but line breaks stay."""
    return _within(limit, "\n".join(_one_line(line) for line in text.splitlines()).strip())


def tidy_reason(text: str, *, limit: int) -> str:
    """:raises ReasonMissing: nothing is left of it. :raises TextTooLong: too much is."""
    reason = tidy(text, limit=limit)
    if not reason:
        raise ReasonMissing(gettext_noop("Say why; the guest can read it too."))
    return reason


def plain(text: str) -> str:
    """How people type it in a hurry: no capitals, no accents. "Séan" is found by "sean"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _within(limit: int, text: str) -> str:
    if len(text) > limit:
        raise TextTooLong(gettext_noop("Please use %(limit)s characters at most."), limit=limit)
    return text


def _one_line(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(letter for letter in composed if _is_wanted(letter)).split())


def _is_wanted(letter: str) -> bool:
    if letter.isspace():
        return True
    return letter not in _TURNING and unicodedata.category(letter) not in _UNWANTED
