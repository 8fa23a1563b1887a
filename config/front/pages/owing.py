"""What a venue's closed tabs still owe, and what came in today: one statement each.

A venue may have thousands of them, so figures are read apart from the few that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from config.kernel.money import Money
from orders.models import Tab, Venue
from orders.rules.tab_states import TabStatus
from orders.selectors import tabs
from payments.models import CheckoutAttempt, Dispute, LedgerEntry
from payments.rules.accounts import Account
from payments.selectors.balances import MONEY_IN, came_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What a closed tab still owes, and no more of it than figures need."""

    tab_id: UUID
    opened_by_id: int
    due_at: datetime
    balance: Money
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """A closed tab and its money. `reserved` is on Stripe pages that are open now.

    `is_disputed`: a bank has a part of what was paid back, or asks about it.
    """

    tab: Tab
    debt: Debt
    reserved: Money
    is_disputed: bool

    @property
    def due_at(self) -> datetime:
        return self.debt.due_at

    @property
    def balance(self) -> Money:
        return self.debt.balance

    @property
    def paid(self) -> Money:
        return self.debt.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Money that came in since some moment; tips are kept apart from the bills."""

    collected: Money
    tips: Money
    payments: int


def list_debts(venue: Venue) -> list[Debt]:
    """Of every tab that is not paid in full, the one due first first: it has waited longest."""
    on_bill = Case(
        When(ledger__debit=Account.RECEIVABLE, then=F("ledger__amount_minor")),
        When(ledger__credit=Account.RECEIVABLE, then=-F("ledger__amount_minor")),
        default=0,
    )
    rows = (
        tabs.list_owing(venue=venue)
        .values_list("id", "opened_by_id", "due_at")
        .annotate(
            balance=Sum(on_bill, default=0),
            paid=Sum(came_in(Account.RECEIVABLE, "ledger__"), default=0),
        )
    )
    return [
        Debt(
            tab_id=tab_id,
            opened_by_id=opened_by_id,
            due_at=due_at,
            balance=Money(balance, venue.currency),
            paid=Money(paid, venue.currency),
        )
        for tab_id, opened_by_id, due_at, balance, paid in rows
    ]


def list_owing(debts: Sequence[Debt]) -> list[Owing]:
    """Everything there is to show of these, in the same order."""
    found: Any = (
        Tab.objects.filter(id__in=[debt.tab_id for debt in debts])
        .select_related("customer")
        .annotate(
            reserved_minor=Subquery(_reserved_on(OuterRef("pk"))),
            is_disputed=Exists(Dispute.objects.open().filter(tab=OuterRef("pk"))),
        )
    )
    by_id = {tab.id: tab for tab in found}
    return [_owing(by_id[debt.tab_id], debt) for debt in debts if debt.tab_id in by_id]


def owing_of(theirs: QuerySet[Tab], *, currency: str) -> Money:
    """What the closed ones of these tabs still owe together."""
    entries = LedgerEntry.objects.filter(
        tab__in=theirs.filter(status=TabStatus.CLOSED).values("id")
    )
    sums = entries.aggregate(
        owed=Sum("amount_minor", filter=Q(debit=Account.RECEIVABLE), default=0),
        met=Sum("amount_minor", filter=Q(credit=Account.RECEIVABLE), default=0),
    )
    return Money(sums["owed"] - sums["met"], currency)


def get_takings(venue: Venue, *, since: datetime) -> Takings:
    """What came in by card and at the counter, less what banks took back, tips and all."""
    rows = LedgerEntry.objects.filter(venue=venue, occurred_at__gte=since)
    money_in, taken_back = Q(debit__in=MONEY_IN), Q(credit__in=MONEY_IN)
    bill_in = money_in & Q(credit=Account.RECEIVABLE)
    bill_back = taken_back & Q(debit=Account.RECEIVABLE)
    sums = rows.filter(money_in | taken_back).aggregate(
        collected=Sum(came_in(Account.RECEIVABLE), default=0),
        tips=Sum(came_in(Account.TIPS), default=0),
        payments=Count("id", filter=bill_in) - Count("id", filter=bill_back),
        taken=Sum("amount_minor", filter=Q(debit=Account.DISPUTED), default=0),
        returned=Sum(
            "amount_minor", filter=Q(credit=Account.DISPUTED, debit=Account.CLEARING), default=0
        ),
    )
    return Takings(
        collected=Money(sums["collected"] - sums["taken"] + sums["returned"], venue.currency),
        tips=Money(sums["tips"], venue.currency),
        payments=sums["payments"],
    )


def _reserved_on(tab: OuterRef) -> Any:
    attempts = CheckoutAttempt.objects.reserving().filter(tab=tab).order_by()
    return attempts.values("tab").annotate(sum=Sum("amount_minor")).values("sum")


def _owing(tab: Any, debt: Debt) -> Owing:
    return Owing(
        tab=tab,
        debt=debt,
        reserved=Money(tab.reserved_minor or 0, tab.currency),
        is_disputed=tab.is_disputed,
    )
