"""Events Stripe told us, kept before anything is made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from payments.models.account import MerchantAccount
from payments.rules.inbox_states import InboxState

WAITING = (InboxState.NEW, InboxState.DEFERRED)


class InboxEventQuerySet(models.QuerySet["InboxEvent"]):
    def waiting(self, now: datetime) -> Self:
        return self.filter(state__in=WAITING, next_try_at__lte=now)

    def unhandled(self) -> Self:
        """What a person should look at: failed, or tried more than once."""
        return self.filter(Q(state=InboxState.FAILED) | Q(state=InboxState.DEFERRED))


InboxEventManager = models.Manager.from_queryset(InboxEventQuerySet)


class InboxEvent(models.Model):
    """One event of one account, stored raw. `source`: a webhook or a sweep brought it."""

    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=120, blank=True)
    livemode = models.BooleanField()
    happened_at = models.DateTimeField()
    raw = models.TextField()
    source = models.CharField(max_length=8, choices=[("webhook", "Webhook"), ("sweep", "Sweep")])
    state = models.CharField(max_length=8, choices=choices_of(InboxState), default=InboxState.NEW)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = InboxEventManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "event_id"], name="payments_inbox_event_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["new", "deferred"]),
                name="payments_inbox_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id} ({self.state})"
