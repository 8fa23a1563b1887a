"""Money: whole minor units of one currency. No floats, no silent mixing.

Minor units are Stripe's, not ISO's (docs.stripe.com/currencies): ISK and UGX are counted in
hundredths although nobody writes them so, and three-decimal currencies are charged in steps of ten.
`exponent` says how a currency is counted, `display_exponent` how people write it, and `step` which
amounts may be asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

DEFAULT_EXPONENT: Final = 2
MAX_MINOR: Final = 99_999_999
LONGEST: Final = 20
_ZERO: Final = (
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
)  # fmt: skip
_THREE: Final = ("BHD", "JOD", "KWD", "OMR", "TND")
_COUNTED_IN_HUNDREDTHS: Final = ("ISK", "UGX")
EXPONENTS: Final = dict.fromkeys(_ZERO, 0) | dict.fromkeys(_THREE, 3)
STEPS: Final = dict.fromkeys(_THREE, 10) | dict.fromkeys(_COUNTED_IN_HUNDREDTHS, 100)
DISPLAY_EXPONENTS: Final = EXPONENTS | dict.fromkeys(_COUNTED_IN_HUNDREDTHS, 0)
# Stripe's smallest charge, in minor units (docs.stripe.com/currencies, minimum charge amounts).
# Advisory: the account's settlement currency decides, so the gateway's own refusal is handled too.
MINIMUMS: Final = {
    "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250,
    "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "KRW": 500, "KWD": 200,
    "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50,
    "THB": 1000, "USD": 50,
}  # fmt: skip


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies met in one sum."""


class InexactAmount(ValueError):
    """A written amount is no number, or has more decimals than its currency allows."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in `minor` units of `currency` (ISO 4217, upper case). May be negative."""

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read a written amount exactly.

        :raises InexactAmount: it is no finite number, or not a multiple of the currency's step.
        """
        try:
            written = Decimal(text)
        except InvalidOperation as error:
            raise InexactAmount(text) from error
        # More digits would be rounded on the way, and a huge exponent would fill the memory.
        if not written.is_finite() or len(text) > LONGEST or abs(written.adjusted()) > LONGEST:
            raise InexactAmount(text)
        scaled = written.scaleb(exponent_of(currency))
        minor = int(scaled)
        if minor != scaled or minor % step_of(currency):
            raise InexactAmount(text)
        return cls(minor, currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return f"{self.decimal:.{display_exponent_of(self.currency)}f} {self.currency}"

    @property
    def decimal(self) -> Decimal:
        """The amount in whole currency units, as people write it."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    def split(self, ways: int) -> list[Money]:
        """Share the amount as evenly as the currency's steps allow; nothing is lost.

        :raises ValueError: fewer than one way.
        """
        return self.allocate([1] * ways)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Share the amount by weights, by largest remainder; the earlier share wins a tie.

        Shares are multiples of the currency's step; what is no multiple of it goes to the first.

        :raises ValueError: no weight is positive, or one is negative.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("Shares need positive weights.")
        step = step_of(self.currency)
        sign = -1 if self.minor < 0 else 1
        steps, odd = divmod(abs(self.minor), step)
        shares = [steps * weight // whole for weight in weights]
        by_remainder = sorted(
            range(len(weights)), key=lambda index: (-(steps * weights[index] % whole), index)
        )
        for index in by_remainder[: steps - sum(shares)]:
            shares[index] += 1
        amounts = [share * step for share in shares]
        amounts[0] += odd
        return [Money(sign * amount, self.currency) for amount in amounts]

    def percent(self, rate: Decimal) -> Money:
        """`rate` per cent of the amount, rounded half up to the currency's step."""
        step = step_of(self.currency)
        steps = (Decimal(self.minor) * rate / 100 / step).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(int(steps) * step, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} with {other.currency}")
        return other.minor


def exponent_of(currency: str) -> int:
    """How many decimals Stripe counts this currency in."""
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def display_exponent_of(currency: str) -> int:
    """How many decimals people write this currency with."""
    return DISPLAY_EXPONENTS.get(currency, DEFAULT_EXPONENT)


def step_of(currency: str) -> int:
    """Amounts asked for are multiples of this many minor units."""
    return STEPS.get(currency, 1)


def smallest_charge(currency: str) -> Money:
    """The least Stripe will charge in this currency; a safe guess where it is not listed."""
    whole_unit = 10 ** exponent_of(currency)
    return Money(MINIMUMS.get(currency, max(whole_unit, step_of(currency))), currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero for none."""
    return sum(amounts, start=Money.zero(currency))
