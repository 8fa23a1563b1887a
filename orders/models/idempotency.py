"""What a POST with an Idempotency-Key answered, so that a repeat gets the same answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from orders.models.venue import Venue


class IdempotencyRecord(models.Model):
    """One key of one venue. No status yet: the first request is still running."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "key"], name="orders_idempotency_key_once"),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__gte=100),
                name="orders_idempotency_status_real",
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"
