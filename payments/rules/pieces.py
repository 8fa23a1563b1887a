"""Notes and coins, so that a till can be counted as it lies there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.kernel.money import Money, total

# In minor units, the largest first, as the central banks issue them today. Where a currency is not
# listed, or something else lies in the till, the sum is typed.
PIECES: Final[Mapping[str, tuple[int, ...]]] = {
    "AUD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "CAD": (10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5),
    "CHF": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "EUR": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "JPY": (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1),
    "KRW": (50000, 10000, 5000, 1000, 500, 100, 50, 10),
    "KWD": (20000, 10000, 5000, 1000, 500, 250, 100, 50, 20, 10),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1),
}


def pieces_of(currency: str) -> tuple[Money, ...]:
    """The notes and coins of a currency, the largest first; none where we do not know them."""
    return tuple(Money(worth, currency) for worth in PIECES.get(currency, ()))


def sum_of(pieces: Mapping[int, int], *, currency: str) -> Money:
    """What so many of each come to. `pieces`: how many, by their worth in minor units."""
    return total([Money(worth, currency) * many for worth, many in pieces.items()], currency)
