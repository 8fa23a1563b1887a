"""What was taken off a bill on purpose, by whom and why. Rows are only ever added."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.line import Line
from orders.models.tab import Tab
from orders.models.user import User
from orders.rules.reductions import ReductionKind


class ReductionQuerySet(AppendOnlyQuerySet["Reduction"]):
    def standing(self) -> Self:
        """Those nobody took back."""
        return self.filter(withdrawal=None)


ReductionManager = models.Manager.from_queryset(ReductionQuerySet)


class Reduction(AppendOnly):
    """One decision: so many units on the house, or so much off, of one line or of the whole tab.

    `tab` is where it was decided. `line` is None for the whole tab; `percent` is None for an
    amount. `amount_minor` is what came off altogether; `parts` say off which lines.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="reductions")
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=choices_of(ReductionKind))
    quantity = models.PositiveSmallIntegerField(null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=160)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    request_key = models.CharField(max_length=64, null=True, blank=True)

    objects = ReductionManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tab", "request_key"], name="orders_reduction_request_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(ReductionKind)), name="orders_reduction_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & ~Q(reason=""), name="orders_reduction_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["by", "at"], name="orders_reduction_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_comp(self) -> bool:
        return self.kind == ReductionKind.COMP


class ReductionPart(AppendOnly):
    """What one decision took off one line."""

    reduction = models.ForeignKey(Reduction, on_delete=models.PROTECT, related_name="parts")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="reduction_parts")
    amount_minor = models.PositiveBigIntegerField()

    objects = models.Manager.from_queryset(AppendOnlyQuerySet["ReductionPart"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reduction", "line"], name="orders_reduction_part_once_per_line"
            ),
        ]

    def __str__(self) -> str:
        return f"part of {self.reduction_id} on {self.line_id}"


class ReductionWithdrawal(AppendOnly):
    """A decision that was taken back: its lines cost again what they did."""

    reduction = models.OneToOneField(Reduction, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(AppendOnlyQuerySet["ReductionWithdrawal"])()

    def __str__(self) -> str:
        return f"withdrawal of {self.reduction_id}"
