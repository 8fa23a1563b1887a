"""What the answer of a mail server or a mail provider means: try again later, or never."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Final

from orders.rules.texts import tidy

_REFUSED_FOR_GOOD: Final = range(500, 600)
# About this mail; what is about our account or our pace passes.
_REFUSED_BY_PROVIDER: Final = frozenset({400, 406, 413, 422})
_BROKE_DOWN: Final = 500
LONGEST_RESULT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a mail did not leave. `is_permanent`: the same mail would be refused again.

    `is_of_address`: it is the address that was refused. `is_unclear`: the server never answered,
    so it may have taken the mail.
    """

    is_permanent: bool
    is_of_address: bool
    is_unclear: bool
    breaks_connection: bool
    result: str


def read_fault(error: Exception) -> Fault:
    """Only a refused address or text is for good; a server that is away or misled will be back.

    A refused sign-in or sender is our own setting: people mend it, and the mails then still go.
    """
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_provider(error, status)
    code, answer = _answer_of(error)
    refuses_mail = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return Fault(
        is_permanent=refuses_mail and code in _REFUSED_FOR_GOOD,
        is_of_address=isinstance(error, smtplib.SMTPRecipientsRefused),
        is_unclear=not code,
        breaks_connection=not refuses_mail,
        result=_short(f"{code or type(error).__name__} {answer}"),
    )


def _of_provider(error: Exception, status: int) -> Fault:
    """A provider speaks HTTP. One that broke down in the middle may have taken the mail."""
    return Fault(
        is_permanent=status in _REFUSED_BY_PROVIDER,
        is_of_address=type(error).__name__ == "AnymailRecipientsRefused",
        is_unclear=status >= _BROKE_DOWN,
        breaks_connection=False,
        result=_short(f"{status} {error}"),
    )


def _answer_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()), (0, b""))
        return code, _text(answer)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _text(error.smtp_error)
    return 0, str(error)


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _short(text: str) -> str:
    return tidy(text[:LONGEST_RESULT], limit=LONGEST_RESULT)
