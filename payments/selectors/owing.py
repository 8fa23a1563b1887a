"""Tabs with what is left and what was tried, added up by the database, for lists that page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce

from config.kernel.money import Money
from orders.models import Tab
from payments.models import Dispute, LedgerEntry, Reminder
from payments.rules.accounts import Account
from payments.rules.reminder_states import ReminderState

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


def left_on(tabs: QuerySet[Tab], *, currency: str) -> Money:
    """What these tabs owe together."""
    found: Any = with_left(tabs).order_by().aggregate(sum=Sum("left_minor", default=0))
    return Money(found["sum"], currency)


def with_reminding(tabs: QuerySet[T]) -> QuerySet[T]:
    """Adds `reminded`, how many reminders left or may have left, and `is_disputed`."""
    left = Reminder.objects.filter(
        tab=OuterRef("pk"), state__in=[ReminderState.SENT, ReminderState.UNKNOWN]
    )
    count = Subquery(left.order_by().values("tab").annotate(count=Count("id")).values("count"))
    disputes = Dispute.objects.open().filter(tab=OuterRef("pk"))
    annotated: Any = tabs.annotate(reminded=Coalesce(count, Value(0)), is_disputed=Exists(disputes))
    return cast("QuerySet[T]", annotated)


def left_to_managers(tabs: QuerySet[T], *, now: datetime) -> QuerySet[T]:
    """Those past their pay-by date of which no reminder is to come any more."""
    return tabs.filter(due_at__lt=now).exclude(Exists(_coming()))


def still_reminded(tabs: QuerySet[T]) -> QuerySet[T]:
    """Those of which a reminder is still to come, or on its way."""
    return tabs.filter(Exists(_coming()))


def _coming() -> QuerySet[Reminder]:
    coming = (ReminderState.DUE, ReminderState.CLAIMED)
    return Reminder.objects.filter(tab=OuterRef("pk"), state__in=coming)
