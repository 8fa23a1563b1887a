"""What a tab adds up to: lines, tax per rate, service charge.

Tax is rounded once per rate, half up, to the currency's step; it is taken out of prices that
include it and put on top of prices that do not:

    inclusive  tax = gross − gross / (1 + rate)      12.30 at 23 %  → 2.30 tax, 10.00 net
    exclusive  tax = net × rate                      10.00 at 23 %  → 2.30 tax, 12.30 gross

Tabs that were merged or split keep to the sum of what they came to before: `rounding` is what that
needs beside the lines. It carries no tax, and never takes a tab below nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from config.kernel.money import Money, step_of, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A line's worth, and the tax rate in per cent it was sold under."""

    amount: Money
    tax_name: str
    tax_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPart:
    """One rate's share of a tab: `net + tax = gross`."""

    name: str
    rate: Decimal
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A tab added up. `total` is what the guest owes; `tax` stands inside it."""

    subtotal: Money
    service_charge: Money
    rounding: Money
    taxes: tuple[TaxPart, ...]
    total: Money

    @property
    def tax(self) -> Money:
        return total([part.tax for part in self.taxes], self.total.currency)

    @property
    def net(self) -> Money:
        return self.total - self.tax


def add_up(
    lines: Iterable[Priced],
    *,
    currency: str,
    prices_include_tax: bool,
    service_charge_rate: Decimal = Decimal(0),
    rounding: int = 0,
) -> Totals:
    """Sum the lines, with the service charge (untaxed, in per cent of the lines) on top.

    `rounding`, in minor units, is what a merge or a split left; lines that cost nothing need none.
    """
    by_rate: defaultdict[tuple[str, Decimal], list[Money]] = defaultdict(list)
    for line in lines:
        by_rate[line.tax_name, line.tax_rate.normalize()].append(line.amount)
    taxes = tuple(
        _tax_part(name, rate, total(amounts, currency), inclusive=prices_include_tax)
        for (name, rate), amounts in sorted(by_rate.items())
    )
    subtotal = total([amount for amounts in by_rate.values() for amount in amounts], currency)
    service_charge = subtotal.percent(service_charge_rate)
    exact = total([part.gross for part in taxes], currency) + service_charge
    evened = Money(max(rounding, -exact.minor) if exact.is_positive else 0, currency)
    return Totals(
        subtotal=subtotal,
        service_charge=service_charge,
        rounding=evened,
        taxes=taxes,
        total=exact + evened,
    )


def share_taxes(
    taxes: tuple[TaxPart, ...], *, whole: Money, paid_before: Money, paid_now: Money
) -> tuple[TaxPart, ...]:
    """The tax inside a part-payment, pro rata per rate.

    Cumulative, so that all payments together carry exactly the tab's tax: what the rate's tax is
    of everything paid so far, less what it was before; the last payer takes the rest.
    """
    return tuple(_tax_share(part, whole, paid_before, paid_now) for part in taxes)


def _tax_share(part: TaxPart, whole: Money, before: Money, now: Money) -> TaxPart:
    def upto(amount: Money, paid: Money) -> Money:
        if whole.is_zero:
            return Money.zero(amount.currency)
        share = Decimal(amount.minor) * paid.minor / whole.minor
        return Money(int(share.quantize(Decimal(1), ROUND_HALF_UP)), amount.currency)

    after = before + now
    tax = upto(part.tax, after) - upto(part.tax, before)
    gross = upto(part.gross, after) - upto(part.gross, before)
    return TaxPart(name=part.name, rate=part.rate, net=gross - tax, tax=tax)


def _tax_part(name: str, rate: Decimal, amount: Money, *, inclusive: bool) -> TaxPart:
    if inclusive:
        net = _rounded(amount, 100 / (100 + rate))
        return TaxPart(name=name, rate=rate, net=net, tax=amount - net)
    return TaxPart(name=name, rate=rate, net=amount, tax=amount.percent(rate))


def _rounded(amount: Money, factor: Decimal) -> Money:
    step = step_of(amount.currency)
    steps = (Decimal(amount.minor) * factor / step).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(steps) * step, amount.currency)
