"""Links to a tab that were sent or copied. Only digests are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from orders.models.tab import Tab


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    def live(self, now: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


GuestLinkManager = models.Manager.from_queryset(GuestLinkQuerySet)


class GuestLink(models.Model):
    """One token that opens the bill of one tab; lives until 90 days after it is settled or void."""

    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = GuestLinkManager()

    def __str__(self) -> str:
        return f"link {self.pk}"
