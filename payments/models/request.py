"""Please pay this by then: one live request for each closed tab."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Tab
from payments.rules.request_states import RequestState


class PaymentRequest(models.Model):
    """What was asked for when a tab closed. `email` is where the link went; empty: nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="payment_requests")
    state = models.CharField(
        max_length=10, choices=choices_of(RequestState), default=RequestState.PENDING
    )
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField()
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tab"],
                condition=Q(state=RequestState.PENDING),
                name="payments_request_one_live",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_request_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
