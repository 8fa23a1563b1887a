"""Keys for other software. Shown once, kept as a digest."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models

from orders.models.membership import Membership


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self) -> Self:
        return self.filter(
            revoked_at=None, membership__ended_at=None, membership__user__is_active=True
        )


ApiKeyManager = models.Manager.from_queryset(ApiKeyQuerySet)


class ApiKey(models.Model):
    """A key acts for one membership: one person's role at one venue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyManager()

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
