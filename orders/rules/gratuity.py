"""Tips: suggested, never chosen in advance, rounded to what a guest would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class TipSuggestion:
    """A tip of `percent` per cent of what is being paid."""

    percent: int
    amount: Money


def suggest_tips(part: Money, percents: Sequence[int]) -> tuple[TipSuggestion, ...]:
    """One suggestion per percentage of the part of the bill being paid."""
    return tuple(
        TipSuggestion(percent=percent, amount=part.percent(Decimal(percent)))
        for percent in percents
    )
