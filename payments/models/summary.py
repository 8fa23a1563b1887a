"""Who wants a daily summary by mail, and when the next one is due."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from orders.models import Membership


class SummaryWishQuerySet(models.QuerySet["SummaryWish"]):
    def due(self, now: datetime) -> Self:
        return self.filter(next_at__lte=now)


SummaryWishManager = models.Manager.from_queryset(SummaryWishQuerySet)


class SummaryWish(models.Model):
    """One person's switch at one venue. `next_at` is the end of the venue's day; empty is off."""

    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, related_name="summary_wish"
    )
    next_at = models.DateTimeField(null=True, blank=True)

    objects = SummaryWishManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="payments_summary_due"
            ),
        ]

    def __str__(self) -> str:
        return f"summary for {self.membership_id}"

    def wait_until(self, next_at: datetime | None) -> None:
        self.next_at = next_at
        self.save(update_fields=["next_at"])
