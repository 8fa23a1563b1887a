"""What becomes of money handed over at the counter: the bill's part, the tip, the change."""

from __future__ import annotations

from dataclasses import dataclass

from config.kernel.money import Money, step_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`received` taken apart. `rest` is what the tab still owes afterwards."""

    received: Money
    amount: Money
    tip: Money
    change: Money
    rest: Money

    @property
    def kept(self) -> Money:
        """What stays in the till, and stands on the button."""
        return self.amount + self.tip


def count(received: Money, *, tip: Money, open_amount: Money, gives_change: bool) -> Counted:
    """Only cash gives change; a card terminal that took too much is for the service to refuse."""
    for_bill = received - tip
    amount = open_amount if gives_change and open_amount < for_bill else for_bill
    return Counted(
        received=received,
        amount=amount,
        tip=tip,
        change=for_bill - amount,
        rest=open_amount - amount,
    )


def likely(amount: Money) -> tuple[Money, ...]:
    """What a guest is likely to hand over: exactly that, or the next round sums."""
    magnitude = 10 ** max(len(str(amount.minor)) - 1, 0)
    step = step_of(amount.currency)
    rounds = (max(magnitude // 10, step), max(magnitude // 2, step), magnitude, 2 * magnitude)
    sums = sorted({-(-amount.minor // to) * to for to in rounds} - {amount.minor})
    return (amount, *(Money(minor, amount.currency) for minor in sums[:3]))
