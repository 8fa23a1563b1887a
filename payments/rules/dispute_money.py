"""What a dispute has to have booked by now: the difference to what is booked is what to book."""

from __future__ import annotations

from dataclasses import dataclass

from config.kernel.money import Money
from payments.rules.dispute_states import DisputeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Where the money of a dispute is: taken and argued about, or given up as lost."""

    disputed: Money
    lost: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How much goes out of clearing into the dispute, and from there to the losses.

    Negative amounts go the other way.
    """

    taken: Money
    lost: Money


def withheld(state: DisputeState, *, withdrawn: Money, reinstated: Money) -> Withheld:
    """Where the money is, as far as the bank has taken it and not given it back."""
    out, nothing = withdrawn - reinstated, Money.zero(withdrawn.currency)
    if state == DisputeState.LOST:
        return Withheld(disputed=nothing, lost=out)
    return Withheld(disputed=out, lost=nothing)


def shift(booked: Withheld, wanted: Withheld) -> Shift:
    """What leads from what is booked to what should be."""
    lost = wanted.lost - booked.lost
    return Shift(taken=wanted.disputed - booked.disputed + lost, lost=lost)
