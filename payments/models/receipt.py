"""Numbered proof of each payment."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from orders.models import Tab, Venue
from payments.models.payment import CounterPayment, Payment


class ReceiptBook(models.Model):
    """Where a venue's numbering stands. Locked while a number is taken, so there are no gaps."""

    venue = models.OneToOneField(Venue, on_delete=models.PROTECT, related_name="receipt_book")
    next_number = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"receipts of {self.venue_id}"


class Receipt(models.Model):
    """One receipt for one payment; `content` is what it says, frozen when it was issued."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="receipts")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="receipts")
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="receipt"
    )
    counter_payment = models.OneToOneField(
        CounterPayment, on_delete=models.PROTECT, null=True, blank=True, related_name="receipt"
    )
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=24)
    content = models.JSONField()
    email = models.EmailField(blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"], name="payments_receipt_number_once"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) ^ Q(counter_payment__isnull=True),
                name="payments_receipt_of_one_payment",
            ),
        ]

    def __str__(self) -> str:
        return self.label
