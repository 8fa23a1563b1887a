"""Calls to the gateway: written down before they are made, and their outcome after."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models

from config.kernel.choices import choices_of
from orders.models import Tab, Venue
from payments.models.account import MerchantAccount
from payments.rules.operation_states import UNRESOLVED, OperationKind, OperationState


class GatewayOperationQuerySet(models.QuerySet["GatewayOperation"]):
    def unresolved(self) -> Self:
        return self.filter(state__in=sorted(UNRESOLVED))

    def older_than(self, instant: datetime) -> Self:
        return self.filter(created_at__lt=instant)


GatewayOperationManager = models.Manager.from_queryset(GatewayOperationQuerySet)


class GatewayOperation(models.Model):
    """One intent to change something at Stripe, under one idempotency key for ever.

    `subject_id` is the row it is made for: which table's, the kind says. `seq` rises only after a
    determined no. `params` are what was asked for, so that asking again sends the very same words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=choices_of(OperationKind))
    subject_id = models.UUIDField()
    seq = models.PositiveSmallIntegerField(default=1)
    params = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=choices_of(OperationState), default=OperationState.PENDING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = GatewayOperationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "seq"], name="payments_operation_once_per_intent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=sorted(UNRESOLVED)),
                name="payments_operation_unresolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def key(self) -> str:
        """The idempotency key Stripe sees."""
        return f"{self.kind}:{self.id}"

    def finish(self, state: OperationState, *, now: datetime, error: str = "") -> bool:
        """Note what came of it; False when another process knew first, and that stands."""
        self.tries += 1
        self.state, self.error, self.finished_at = state, error[:300], now
        return bool(
            GatewayOperation.objects.unresolved()
            .filter(id=self.id)
            .update(state=state, error=self.error, finished_at=now, tries=self.tries)
        )
