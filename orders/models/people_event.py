"""What happened to a venue's people: who joined, left, was given which role or key, and by whom."""

from __future__ import annotations

from django.db import models

from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.membership import Membership
from orders.models.user import User
from orders.models.venue import Venue


class PeopleEventQuerySet(AppendOnlyQuerySet["PeopleEvent"]):
    pass


PeopleEventManager = models.Manager.from_queryset(PeopleEventQuerySet)


class PeopleEvent(AppendOnly):
    """One thing that happened. Without `by` it was the installation itself."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="people_history")
    kind = models.CharField(max_length=32)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="history"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = PeopleEventManager()

    class Meta:
        indexes = [models.Index(fields=["venue", "-at"], name="orders_people_event_newest")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.venue_id}"
