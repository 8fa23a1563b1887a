"""Stripe's balance beside our ledger: what moved it, what went to the bank, and what differs."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import User, Venue
from payments.models.account import MerchantAccount
from payments.rules.differences import ADVICE, DifferenceKind


class Payout(models.Model):
    """Money Stripe sent to the bank. `matched_at`: it is the sum of what it was made of."""

    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    payout_id = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    arrives_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "payout_id"], name="payments_payout_known_once"
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.payout_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class BalanceMovement(models.Model):
    """One movement of an account's balance, in Stripe's own words for what moved it.

    `venue` is whose it is, where that is known. Amounts are signed: what leaves is negative.
    """

    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    movement_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    source_id = models.CharField(max_length=120, blank=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "movement_id"], name="payments_movement_known_once"
            ),
        ]
        indexes = [
            models.Index(fields=["venue", "happened_at"], name="payments_movement_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.movement_id}"

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency)


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def open(self) -> Self:
        """Differences nobody has sorted out."""
        return self.filter(sorted_at=None)


DifferenceManager = models.Manager.from_queryset(DifferenceQuerySet)


class Difference(models.Model):
    """Something on which Stripe's books and ours do not agree. `subject` is Stripe's name for it.

    `theirs` and `ours` are in minor units; None where there is nothing.
    """

    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="differences"
    )
    kind = models.CharField(max_length=24, choices=choices_of(DifferenceKind))
    subject = models.CharField(max_length=120)
    theirs_minor = models.BigIntegerField(null=True, blank=True)
    ours_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    found_at = models.DateTimeField()
    sorted_at = models.DateTimeField(null=True, blank=True)
    sorted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)

    objects = DifferenceManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject"], name="payments_difference_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["venue", "found_at"],
                condition=Q(sorted_at__isnull=True),
                name="payments_difference_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def theirs(self) -> Money | None:
        return None if self.theirs_minor is None else Money(self.theirs_minor, self.currency)

    @property
    def ours(self) -> Money | None:
        return None if self.ours_minor is None else Money(self.ours_minor, self.currency)

    @property
    def what(self) -> str:
        """What it is; doors translate it."""
        return ADVICE[DifferenceKind(self.kind)][0]

    @property
    def advice(self) -> str:
        """What to do about it; doors translate it."""
        return ADVICE[DifferenceKind(self.kind)][1]

    def sort_out(self, *, by: User | None, note: str, now: datetime) -> bool:
        """Somebody, or a later look, has sorted it out; False when it was already."""
        if self.sorted_at is not None:
            return False
        self.sorted_at, self.sorted_by, self.note = now, by, note
        self.save(update_fields=["sorted_at", "sorted_by", "note"])
        return True
