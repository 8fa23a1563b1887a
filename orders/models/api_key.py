"""Keys for other software. Shown once, kept as a digest."""

from __future__ import annotations

import uuid
from copy import copy
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.membership import Membership
from orders.rules.roles import Role, lower_of


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self) -> Self:
        return self.filter(
            revoked_at=None, membership__ended_at=None, membership__user__is_active=True
        )


ApiKeyManager = models.Manager.from_queryset(ApiKeyQuerySet)


class ApiKey(models.Model):
    """A key acts for one membership: one person's role at one venue, or a lower one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=8, choices=choices_of(Role), default=Role.OWNER)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    request_key = models.CharField(max_length=40, null=True, blank=True)

    objects = ApiKeyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "request_key"], name="orders_api_key_request_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(Role)), name="orders_api_key_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def reach(self) -> Role:
        """No more than its member may, and no more than it was given."""
        return lower_of(Role(self.role), Role(self.membership.role))

    @property
    def speaker(self) -> Membership:
        """The member as this key speaks for them. Not for saving."""
        member = copy(self.membership)
        member.role = self.reach
        return member
