"""What was moved between tabs, or handed over, so that it can be put back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.line import Line
from orders.models.tab import Tab
from orders.models.user import User
from orders.rules.rearranging import RearrangementKind


class RearrangementQuerySet(models.QuerySet["Rearrangement"]):
    def standing(self) -> Self:
        """Those nobody has undone."""
        return self.filter(undone_at=None)

    def moving_lines(self) -> Self:
        return self.exclude(kind=RearrangementKind.TRANSFER)


RearrangementManager = models.Manager.from_queryset(RearrangementQuerySet)


class Rearrangement(models.Model):
    """One transfer, merge or split. `tab` is the one that stays; `tabs` are all it touched.

    `number` rises with each one that touches a tab. `before` says what each tab was, by its id, as
    far as it changed; that is what undoing restores.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=choices_of(RearrangementKind))
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="rearranged")
    tabs = models.ManyToManyField(Tab, related_name="rearrangements")
    number = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    request_key = models.CharField(max_length=64, null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RearrangementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tab", "request_key"], name="orders_rearrangement_request_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(RearrangementKind)),
                name="orders_rearrangement_kind_known",
            ),
        ]
        indexes = [models.Index(fields=["tab", "at"], name="orders_rearrangement_of_tab")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    def undo(self, *, by: User, now: datetime) -> None:
        self.undone_at, self.undone_by = now, by
        self.save(update_fields=["undone_at", "undone_by"])


class LineMove(AppendOnly):
    """A line that went to another tab: itself, or so much of it as a `share` there."""

    rearrangement = models.ForeignKey(Rearrangement, on_delete=models.PROTECT, related_name="moves")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="moves")
    share = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, blank=True, related_name="moves_here"
    )
    from_tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="+")
    to_tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.PositiveBigIntegerField()

    objects = models.Manager.from_queryset(AppendOnlyQuerySet["LineMove"])()

    def __str__(self) -> str:
        return f"line {self.line_id} to {self.to_tab_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.from_tab.currency)
