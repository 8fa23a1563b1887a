"""The ledger: every amount that moved, and between which accounts."""

from __future__ import annotations

import uuid
from typing import NoReturn, Self

from django.db import models
from django.db.models import F, Q, Sum

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Tab, Venue
from payments.models.hold import Hold
from payments.models.payment import Payment
from payments.rules.accounts import Account


class LedgerIsAppendOnly(TypeError):
    """Somebody tried to change history; post a reversal instead."""


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def for_tab(self, tab_id: uuid.UUID) -> Self:
        return self.filter(tab_id=tab_id)

    def balance_of(self, account: Account, currency: str) -> Money:
        """Debits less credits of one account, in minor units."""
        sums = self.aggregate(
            debits=Sum("amount_minor", filter=Q(debit=account), default=0),
            credits=Sum("amount_minor", filter=Q(credit=account), default=0),
        )
        return Money(sums["debits"] - sums["credits"], currency)

    def update(self, **_changes: object) -> NoReturn:
        raise LedgerIsAppendOnly

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly


LedgerEntryManager = models.Manager.from_queryset(LedgerEntryQuerySet)


class LedgerEntry(models.Model):
    """One amount moving from one account to another: balanced by construction."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(
        Tab, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    debit = models.CharField(max_length=16, choices=choices_of(Account))
    credit = models.CharField(max_length=16, choices=choices_of(Account))
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    source_key = models.CharField(max_length=120, unique=True)
    note = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()

    objects = LedgerEntryManager()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_entry_positive"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="payments_entry_two_accounts"
            ),
        ]
        indexes = [
            models.Index(fields=["tab"], name="payments_entry_of_tab"),
            models.Index(fields=["venue", "occurred_at"], name="payments_entry_of_day"),
            models.Index(
                fields=["venue"],
                condition=Q(debit=Account.CASH) | Q(credit=Account.CASH),
                name="payments_entry_of_till",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.source_key}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
