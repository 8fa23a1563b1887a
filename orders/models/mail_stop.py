"""Addresses that are to get no reminders, or no mail at all."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.user import User
from orders.models.venue import Venue
from orders.rules.mail_stops import NO_MAIL_AT_ALL, StopReason


class MailStopQuerySet(models.QuerySet["MailStop"]):
    def live(self) -> Self:
        return self.filter(lifted_at=None)

    def total(self) -> Self:
        """Those that stop links and receipts too."""
        return self.live().filter(reason__in=sorted(NO_MAIL_AT_ALL))


MailStopManager = models.Manager.from_queryset(MailStopQuerySet)


class MailStop(models.Model):
    """One address at one venue, stopped until it is lifted. `by` is empty for guest and server."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="mail_stops")
    email = models.EmailField()
    reason = models.CharField(max_length=12, choices=choices_of(StopReason))
    detail = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = MailStopManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "email"],
                condition=Q(lifted_at=None),
                name="orders_mail_stop_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.venue_id})"
