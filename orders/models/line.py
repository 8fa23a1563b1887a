"""Lines: one thing on a tab, with everything about it copied at the moment of sale."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from config.kernel.money import Money
from orders.models.catalogue import CatalogueItem
from orders.models.tab import Tab
from orders.models.user import User
from orders.rules.reductions import ReductionKind, TakenOff


class LineQuerySet(models.QuerySet["Line"]):
    def standing(self) -> Self:
        """Lines that count: not voided."""
        return self.filter(voided_at=None)

    def in_order(self) -> Self:
        return self.order_by("added_at", "position")


LineManager = models.Manager.from_queryset(LineQuerySet)


class Line(models.Model):
    """Unsent, then sent (to the bar), then served; voided with a reason, never deleted once sent.

    `unit_price_minor` has the modifiers' deltas inside; `modifiers` keeps them for the page as
    `[{"id": …, "name": …, "delta_minor": …, "is_default": …}]`. `off_minor` is what was taken off
    on purpose and not given back; `reductions` keeps those decisions for the page, as
    `note_reductions` is told. `moved_minor` was split off to other tabs, where a line says with
    `share_of` whose share it is. `promise` is the wording the line was sold under; `cleared_at` is
    when the guest agreed to it, or staff said why that was not waited for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    unit_price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    modifiers = models.JSONField(default=list)
    note = models.CharField(max_length=120, blank=True)
    moved_minor = models.PositiveBigIntegerField(default=0)
    share_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    off_minor = models.PositiveBigIntegerField(default=0)
    reductions = models.JSONField(default=list, blank=True)
    promise = models.ForeignKey(
        "orders.ItemPromise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    tax_name = models.CharField(max_length=24, blank=True)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    request_key = models.CharField(max_length=64, null=True, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = models.CharField(max_length=160, blank=True)

    objects = LineManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tab", "request_key"], name="orders_line_request_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__lte=999), name="orders_line_quantity"
            ),
            models.CheckConstraint(
                condition=Q(
                    unit_price_minor__gte=0,
                    off_minor__lte=F("unit_price_minor") * F("quantity") - F("moved_minor"),
                ),
                name="orders_line_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""), name="orders_line_void_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(served_at=None) | Q(sent_at__isnull=False),
                name="orders_line_served_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(promise=None) | Q(sent_at=None) | Q(cleared_at__isnull=False),
                name="orders_line_starts_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_minor, self.currency)

    @property
    def full_amount(self) -> Money:
        """What it cost before anything was taken off."""
        return self.unit_price * self.quantity

    @property
    def off(self) -> Money:
        """What was taken off on purpose."""
        return Money(self.off_minor, self.currency)

    @property
    def moved(self) -> Money:
        """How much of it was split off to other tabs."""
        return Money(self.moved_minor, self.currency)

    @property
    def is_shared(self) -> bool:
        """Whether it is one line on several tabs, here or at its origin."""
        return self.share_of_id is not None or self.moved_minor > 0

    @property
    def amount(self) -> Money:
        """What the line is worth, also when it was voided (then nobody owes it)."""
        return self.full_amount - self.off - self.moved

    @property
    def taken_off(self) -> tuple[TakenOff, ...]:
        """Each decision that stands, readable."""
        return tuple(
            TakenOff(
                id=each["id"],
                kind=ReductionKind(each["kind"]),
                quantity=each["quantity"],
                amount=Money(each["minor"], self.currency),
                reason=each["reason"],
            )
            for each in self.reductions
        )

    @property
    def units_left(self) -> int:
        """How many of it are not on the house."""
        return self.quantity - sum(int(each["quantity"] or 0) for each in self.reductions)

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def is_served(self) -> bool:
        return self.served_at is not None

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def waits_for_yes(self) -> bool:
        """Whether it cannot start yet: it promises something nobody has agreed to."""
        is_asked = self.promise_id is not None and self.cleared_at is None
        return is_asked and not self.is_void

    @property
    def modifier_names(self) -> str:
        return ", ".join(str(modifier["name"]) for modifier in self.modifiers)

    def void(self, *, reason: str, by: User, now: datetime) -> None:
        self.voided_at, self.voided_by, self.void_reason = now, by, reason
        self.save(update_fields=["voided_at", "voided_by", "void_reason"])

    def note_reductions(self, reductions: list[dict[str, Any]]) -> None:
        """Take over what stands taken off: each its `id`, `kind`, `quantity`, `minor`, `reason`."""
        self.reductions = reductions
        self.off_minor = sum(int(each["minor"]) for each in reductions)
        self.save(update_fields=["reductions", "off_minor"])

    def clear(self, *, now: datetime) -> None:
        """Let it start. Once is enough: the first time stands."""
        if self.cleared_at is None:
            self.cleared_at = now
            self.save(update_fields=["cleared_at"])

    def amend(self, **changes: Any) -> None:
        """Take over a new quantity or note."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))
