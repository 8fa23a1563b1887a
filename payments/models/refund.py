"""Money that went back to a card, or is on its way there."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Line, Tab, User
from payments.models.account import MerchantAccount
from payments.models.payment import Payment
from payments.rules.refund_states import (
    BOOKED,
    HOLDING,
    UNDERWAY,
    RefundOrigin,
    RefundState,
    can_move,
)


class RefundQuerySet(models.QuerySet["Refund"]):
    def holding(self) -> Self:
        """Refunds that count against what is left of their payments."""
        return self.filter(state__in=sorted(HOLDING))

    def booked(self) -> Self:
        return self.filter(state__in=sorted(BOOKED))


RefundManager = models.Manager.from_queryset(RefundQuerySet)


class Refund(models.Model):
    """`amount` of the bill and `tip` of one payment, given back.

    `excess_minor` is the share of `amount` that only gives back what the tab got too much; the rest
    was sold and is returned. `external_id` is Stripe's name for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(
        max_length=10, choices=choices_of(RefundState), default=RefundState.REQUESTED
    )
    origin = models.CharField(max_length=8, choices=choices_of(RefundOrigin))
    amount_minor = models.PositiveBigIntegerField()
    tip_minor = models.PositiveBigIntegerField(default=0)
    excess_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    request_key = models.CharField(max_length=120)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RefundManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | Q(tip_minor__gt=0),
                name="payments_refund_positive",
            ),
            models.CheckConstraint(
                condition=Q(excess_minor__lte=F("amount_minor")),
                name="payments_refund_excess_within",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(RefundState)), name="payments_refund_state_known"
            ),
            models.UniqueConstraint(
                fields=["payment", "request_key"], name="payments_refund_once_per_press"
            ),
            models.UniqueConstraint(
                fields=["account", "external_id"], name="payments_refund_known_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tab", "created_at"], name="payments_refund_of_tab"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=sorted(UNDERWAY)),
                name="payments_refund_underway",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def tip(self) -> Money:
        return Money(self.tip_minor, self.currency)

    @property
    def excess(self) -> Money:
        return Money(self.excess_minor, self.currency)

    @property
    def returned(self) -> Money:
        """What was sold and is given back; the tab stays settled."""
        return self.amount - self.excess

    @property
    def whole(self) -> Money:
        """What the card gets."""
        return self.amount + self.tip

    @property
    def is_booked(self) -> bool:
        return self.state in BOOKED

    @property
    def is_underway(self) -> bool:
        return self.state in UNDERWAY

    def move_to(
        self, wanted: RefundState, *, now: datetime, external_id: str = "", failure: str = ""
    ) -> bool:
        """Take over news of this refund; False when it is old news."""
        if not can_move(RefundState(self.state), wanted):
            return False
        self.state, self.finished_at = wanted, None if wanted in UNDERWAY else now
        self.external_id, self.failure = external_id or self.external_id, failure[:120]
        self.save(update_fields=["state", "finished_at", "external_id", "failure"])
        return True


class RefundLine(models.Model):
    """A line that was given back as a whole, at what it came to with tax and service charge."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "line"], name="payments_refund_line_chosen_once"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id} of refund {self.refund_id}"
