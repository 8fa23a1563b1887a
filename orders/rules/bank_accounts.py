"""Where a bank transfer goes: account numbers as people type them, IBANs proved before shown."""

from __future__ import annotations

import re
from typing import Final

from config.kernel.errors import DomainError, gettext_noop
from orders.rules.texts import tidy

LONGEST_ACCOUNT: Final = 40
GROUP: Final = 4
# A country, two check digits and 11 to 30 letters or digits: ISO 13616. No national account number
# that is not an IBAN begins like one.
_IBAN: Final = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SEEMS_IBAN: Final = re.compile("[A-Z]{2}[0-9]{2}")
_PROOF: Final = 97


class AccountUnclear(DomainError):
    """Money sent to this account number would not arrive."""

    code = "account_unclear"


def clean_account(text: str) -> str:
    """The account number as it is kept: an IBAN without its spaces, any other as it was typed.

    :raises AccountUnclear: it begins like an IBAN and its check digits do not fit.
    :raises TextTooLong: it is no account number.
    """
    typed = tidy(text, limit=LONGEST_ACCOUNT)
    packed = re.sub(r"[\s-]", "", typed).upper()
    if not _SEEMS_IBAN.match(packed):
        return typed
    if not is_iban(packed):
        raise AccountUnclear(
            gettext_noop("This is not a valid IBAN. Please check it letter by letter.")
        )
    return packed


def is_iban(packed: str) -> bool:
    """Whether the check digits fit: letters count from 10, and the rest by 97 is 1 (ISO 7064)."""
    if not _IBAN.fullmatch(packed):
        return False
    turned = packed[4:] + packed[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % _PROOF == 1


def written(account: str) -> str:
    """As it stands on paper: an IBAN in groups of four, any other as it is."""
    if not is_iban(account):
        return account
    return " ".join(account[at : at + GROUP] for at in range(0, len(account), GROUP))
