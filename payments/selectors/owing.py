"""Tabs with what is left on them, summed by the database, for lists that page and sort."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from orders.models import Tab
from payments.models import LedgerEntry
from payments.rules.accounts import Account

T = TypeVar("T", bound=Tab)


def with_left(tabs: QuerySet[T]) -> QuerySet[T]:
    """Adds `left_minor`: what is owed by the ledger, negative when too much was paid."""
    owed = Case(
        When(debit=Account.RECEIVABLE, then=F("amount_minor")),
        When(credit=Account.RECEIVABLE, then=-F("amount_minor")),
        default=Value(0),
    )
    of_tab = LedgerEntry.objects.filter(tab=OuterRef("pk")).order_by().values("tab")
    left = Subquery(of_tab.annotate(left=Sum(owed)).values("left"))
    annotated: Any = tabs.annotate(left_minor=Coalesce(left, Value(0)))
    return cast("QuerySet[T]", annotated)


def overpaid(tabs: QuerySet[T]) -> QuerySet[T]:
    """Those that got more money than they asked for."""
    return with_left(tabs).filter(left_minor__lt=0)
