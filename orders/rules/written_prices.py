"""Prices as people and spreadsheets write them, read exactly or refused with a reason.

The rule, whatever the file's language:

    a currency sign or code     may stand before or after, if it is the venue's own
    spaces and apostrophes      may group thousands: 1 234.50, 1'234.50
    point and comma together    the later one is the decimal sign: 1,234.50 and 1.234,50
    one kind, more than once    groups thousands: 1.234.567
    one of either, once         is the decimal sign, if the currency has that many decimals;
                                with three digits behind it groups thousands, if it has none
    anything else               is refused: 1,234 euros may be one or a thousand
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import (
    MAX_MINOR,
    InexactAmount,
    Money,
    display_exponent_of,
    exponent_of,
    step_of,
)

# A sign shared by several currencies is taken for the venue's, if that is one of them.
SIGNS: Final[Mapping[str, frozenset[str]]] = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "EGP", "GIP", "FKP", "SHP"}),
    "$": frozenset(
        {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS", "BRL"}
    ),
    "₩": frozenset({"KRW"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "₺": frozenset({"TRY"}),
    "zł": frozenset({"PLN"}),
    "Kč": frozenset({"CZK"}),
    "kr": frozenset({"DKK", "NOK", "SEK", "ISK"}),
    "Ft": frozenset({"HUF"}),
    "R$": frozenset({"BRL"}),
    "원": frozenset({"KRW"}),
    "円": frozenset({"JPY"}),
    "د.ك": frozenset({"KWD"}),
}
_NUMERIC: Final = "0123456789.,' -"
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_GROUPED: Final = re.compile(r"\d{1,3}(?P<sign>[., '])\d{3}(?:(?P=sign)\d{3})*", re.ASCII)
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_GROUP: Final = 3


class PriceUnreadable(DomainError):
    """This cannot be read as a price of the venue."""

    code = "price_unreadable"


def read_price(text: str, currency: str) -> Money:
    """The amount that was written.

    :raises PriceUnreadable: it is none, or not one that this currency has.
    """
    number = _without_currency(" ".join(text.split()), currency)
    plain = _decimal_point(number, display_exponent_of(currency))
    if number.startswith("-"):
        raise PriceUnreadable(gettext_noop("A price is not below zero."))
    if plain is None or not _PLAIN.fullmatch(plain):
        raise PriceUnreadable(
            gettext_noop("“%(text)s” is no price; write it like %(example)s."),
            text=text.strip()[:40],
            example=_example(currency),
        )
    return _exact(plain, currency)


def _without_currency(text: str, currency: str) -> str:
    """The number alone; a sign or code of another currency is no slip to be overlooked."""
    own = [currency, *(sign for sign, used_by in SIGNS.items() if currency in used_by)]
    for sign in sorted(own, key=len, reverse=True):
        if text.casefold().startswith(sign.casefold()):
            text = text[len(sign) :].strip()
            break
        if text.casefold().endswith(sign.casefold()):
            text = text[: -len(sign)].strip()
            break
    for foreign in (text.rstrip(_NUMERIC), text.lstrip(_NUMERIC)):
        if foreign != text and (foreign in SIGNS or _CODE.fullmatch(foreign)):
            raise PriceUnreadable(
                gettext_noop("“%(sign)s” is not the currency here, which is %(currency)s."),
                sign=foreign,
                currency=currency,
            )
    return text.replace("’", "'")


def _decimal_point(number: str, decimals: int) -> str | None:
    """The number with a point for its decimals and nothing else; None if that is unclear."""
    marks = [mark for mark in number if mark in ".,"]
    if len(set(marks)) > 1:
        return _two_marks(number, marks[-1])
    if len(marks) == 1 and " " not in number and "'" not in number:
        return _one_mark(number, marks[0], decimals)
    if len(marks) == 1:
        return _two_marks(number, marks[0])
    return _ungrouped(number)


def _two_marks(number: str, decimal_mark: str) -> str | None:
    whole, _, rest = number.rpartition(decimal_mark)
    ungrouped = _ungrouped(whole)
    return None if ungrouped is None or not rest else f"{ungrouped}.{rest}"


def _one_mark(number: str, mark: str, decimals: int) -> str | None:
    whole, _, rest = number.partition(mark)
    if not decimals and len(rest) == _GROUP:
        return _ungrouped(number)
    return f"{whole}.{rest}" if len(rest) <= decimals else None


def _ungrouped(number: str) -> str | None:
    if number.isascii() and number.isdecimal():
        return number
    match = _GROUPED.fullmatch(number)
    return None if match is None else number.replace(match["sign"], "")


def _exact(plain: str, currency: str) -> Money:
    try:
        price = Money.parse(plain, currency)
    except InexactAmount as error:
        raise PriceUnreadable(
            gettext_noop("%(currency)s has no such amount; the smallest step is %(step)s."),
            currency=currency,
            step=f"{Money(step_of(currency), currency).decimal:f}",
        ) from error
    if price.minor > MAX_MINOR:
        raise PriceUnreadable(gettext_noop("That is more than can be charged at once."))
    return price


def _example(currency: str) -> str:
    """An everyday price in this currency, as it is counted: 12.50, 12000, 1.250."""
    return {0: "12000", 3: "1.250"}.get(
        min(display_exponent_of(currency), exponent_of(currency)), "12.50"
    )
