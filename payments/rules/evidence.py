"""What can be put before a bank, and how much: docs.stripe.com/api/disputes/evidence_object."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from config.kernel.errors import DomainError, gettext_noop

LONGEST: Final = 20_000
LONGEST_TOGETHER: Final = 150_000


class EvidenceEmpty(DomainError):
    """There is nothing in it."""

    code = "evidence_empty"


class EvidenceTooLong(DomainError):
    """Stripe would not take so much."""

    code = "evidence_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The case of the venue in words; an empty text is not handed in."""

    customer_name: str = ""
    customer_email: str = ""
    product: str = ""
    service_date: str = ""
    policy: str = ""
    activity: str = ""
    duplicate: str = ""
    refusal: str = ""
    statement: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def ensure_fits(texts: Texts) -> None:
    """Refuse what the bank would never get to read.

    :raises EvidenceEmpty: neither what was sold nor what happened is said.
    :raises EvidenceTooLong: one text, or all together, are longer than Stripe takes.
    """
    each = texts.as_dict().values()
    if not (texts.product.strip() or texts.statement.strip() or texts.activity.strip()):
        raise EvidenceEmpty(gettext_noop("Say what was sold or what happened."))
    if max(map(len, each)) > LONGEST or sum(map(len, each)) > LONGEST_TOGETHER:
        raise EvidenceTooLong(
            gettext_noop("That is more than the bank takes: at most 20,000 characters a text.")
        )


def shorten(text: str, limit: int = LONGEST) -> str:
    """As many whole lines from the start as fit."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return f"{kept.rpartition(chr(10))[0] or kept}…"
