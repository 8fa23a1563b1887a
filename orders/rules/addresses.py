"""Phone numbers in one spelling, and addresses that are shown without being told."""

from __future__ import annotations

from typing import Final

import phonenumbers
from babel.core import get_global

from config.kernel.errors import DomainError, gettext_noop

_HIDDEN: Final = "•••"


class PhoneUnclear(DomainError):
    """What was typed is no phone number that can be dialled."""

    code = "phone_unclear"


def region_of(time_zone: str) -> str | None:
    """The country people dial from in this time zone."""
    territory: str | None = get_global("zone_territories").get(time_zone)
    return territory


def dialable(typed: str, *, time_zone: str) -> str:
    """The number as E.164 writes it; one without a country code is of the venue's country.

    :raises PhoneUnclear: it is no possible number.
    """
    try:
        number = phonenumbers.parse(typed, region_of(time_zone))
    except phonenumbers.NumberParseException as error:
        raise _unclear() from error
    if not phonenumbers.is_valid_number(number):
        raise _unclear()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else can write to."""
    name, at, host = email.partition("@")
    return f"{name[:1]}{_HIDDEN}{at}{host}" if at else ""


def _unclear() -> PhoneUnclear:
    return PhoneUnclear(
        gettext_noop("That phone number seems to miss something. Check the digits.")
    )
