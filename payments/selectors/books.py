"""What cards brought, what Stripe kept of it, what reached the bank, and what does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from config.kernel.money import Money
from orders.models import Venue
from payments.models import Difference, LedgerEntry, Payout
from payments.rules.accounts import Account

MOST_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMoney:
    """Card money of a venue since a moment. `waiting` is all that has not reached the bank yet."""

    fees: Money
    banked: Money
    waiting: Money


def get_card_money(venue: Venue, *, since: datetime) -> CardMoney:
    """Read from the ledger, in one statement."""
    later = Q(occurred_at__gte=since)

    def came(account: Account, *, when: Q | None = None) -> tuple[Sum, Sum]:
        when = when or Q()
        return (
            Sum("amount_minor", filter=when & Q(debit=account), default=0),
            Sum("amount_minor", filter=when & Q(credit=account), default=0),
        )

    fees_in, fees_out = came(Account.FEES, when=later)
    bank_in, bank_out = came(Account.BANK, when=later)
    clearing_in, clearing_out = came(Account.CLEARING)
    sums = LedgerEntry.objects.filter(venue=venue).aggregate(
        fees_in=fees_in,
        fees_out=fees_out,
        bank_in=bank_in,
        bank_out=bank_out,
        clearing_in=clearing_in,
        clearing_out=clearing_out,
    )

    def money(name: str) -> Money:
        return Money(sums[f"{name}_in"] - sums[f"{name}_out"], venue.currency)

    return CardMoney(fees=money("fees"), banked=money("bank"), waiting=money("clearing"))


def list_differences(venue: Venue) -> tuple[Difference, ...]:
    """What nobody has sorted out yet, the oldest first."""
    return tuple(Difference.objects.open().filter(venue=venue).order_by("found_at", "id"))


def list_sorted_out(venue: Venue) -> tuple[Difference, ...]:
    """What was sorted out, the latest first."""
    done = Difference.objects.filter(venue=venue, sorted_at__isnull=False)
    return tuple(done.select_related("sorted_by").order_by("-sorted_at")[:MOST_SHOWN])


def list_payouts(venue: Venue) -> tuple[Payout, ...]:
    """Payouts that hold money of this venue, the latest first."""
    payouts = Payout.objects.filter(movements__venue=venue).distinct()
    return tuple(payouts.order_by("-created_at")[:MOST_SHOWN])


def find_difference(venue: Venue, *, difference_id: int) -> Difference | None:
    """A difference of this venue; None when it is another's, or there is none."""
    return Difference.objects.filter(venue=venue, id=difference_id).first()
