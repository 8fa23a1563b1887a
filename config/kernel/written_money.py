"""Money as people write it in the reader's language: on pages, in mails, in refusals."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern
from django.conf import settings
from django.utils import translation

from config.kernel.money import Money, display_exponent_of

MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"
LETTER_BESIDE_DIGIT: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def money_text(amount: Money | None) -> str:
    """The amount as this language writes it, never rounded: €1,284.60, ₩500, KWD 1.250."""
    if amount is None:
        return ""
    locale = _locale_now()
    pattern = _pattern(str(locale), display_exponent_of(amount.currency))
    written = pattern.apply(
        amount.decimal, locale, amount.currency, currency_digits=False, decimal_quantization=False
    )
    return LETTER_BESIDE_DIGIT.sub(NO_BREAK, written).replace("-", MINUS)


def currency_symbol(currency: str) -> str:
    return get_currency_symbol(currency, _locale_now())


def _locale_now() -> Locale:
    return _locale(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(translation.to_locale(language))
    except UnknownLocaleError:
        return Locale("en")


@cache
def _pattern(locale: str, decimals: int) -> NumberPattern:
    """The locale's way to write money, with the currency's own number of decimals."""
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern
