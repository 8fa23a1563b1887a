"""What happened to a tab, who did it, and when. Rows are only ever added."""

from __future__ import annotations

from typing import NoReturn

from django.db import models

from orders.models.tab import Tab
from orders.models.user import User


class HistoryIsAppendOnly(TypeError):
    """Somebody tried to change what happened."""


class TabEventQuerySet(models.QuerySet["TabEvent"]):
    def update(self, **_changes: object) -> NoReturn:
        raise HistoryIsAppendOnly

    def delete(self) -> NoReturn:
        raise HistoryIsAppendOnly


TabEventManager = models.Manager.from_queryset(TabEventQuerySet)


class TabEvent(models.Model):
    """One thing that happened. Without a user it was the guest, Stripe or a sweep (`actor`)."""

    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="history")
    kind = models.CharField(max_length=32)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = TabEventManager()

    class Meta:
        indexes = [models.Index(fields=["tab", "at"], name="orders_tab_event_of_tab")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.tab_id}"
