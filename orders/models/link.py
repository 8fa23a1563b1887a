"""Links to a tab that were sent or copied. Only digests are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from orders.models.tab import Tab
from orders.rules.links import LIVES_AFTER_END


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    def live(self, now: datetime) -> Self:
        """Neither revoked, nor of a tab that ended too long ago."""
        return self.filter(revoked_at=None).exclude(_tab_ended_by(now - LIVES_AFTER_END))

    def of_tabs_ended_by(self, instant: datetime) -> Self:
        return self.filter(_tab_ended_by(instant))


GuestLinkManager = models.Manager.from_queryset(GuestLinkQuerySet)


class GuestLink(models.Model):
    """One token that opens the bill of one tab. How long it lives is read from the tab's end."""

    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = GuestLinkManager()

    def __str__(self) -> str:
        return f"link {self.pk}"


def _tab_ended_by(instant: datetime) -> Q:
    return Q(tab__settled_at__lte=instant) | Q(tab__voided_at__lte=instant)
