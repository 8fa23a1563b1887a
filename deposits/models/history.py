"""What happened to a booking, and who tried to reach a guest who did not come. Only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from deposits.models.booking import Booking
from deposits.rules.visits import ContactWay
from orders.models import User
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet


class BookingEventQuerySet(AppendOnlyQuerySet["BookingEvent"]):
    pass


BookingEventManager = models.Manager.from_queryset(BookingEventQuerySet)


class BookingEvent(AppendOnly):
    """One thing that happened. Without a user it was the guest or a sweep (`actor`)."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="history")
    kind = models.CharField(max_length=32)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = BookingEventManager()

    class Meta:
        indexes = [models.Index(fields=["booking", "at"], name="deposits_event_of_booking")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.booking_id}"


class ContactAttemptQuerySet(AppendOnlyQuerySet["ContactAttempt"]):
    pass


ContactAttemptManager = models.Manager.from_queryset(ContactAttemptQuerySet)


class ContactAttempt(AppendOnly):
    """Somebody tried to reach the guest: how, when, and what came of it."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="contact_attempts")
    way = models.CharField(max_length=8, choices=choices_of(ContactWay))
    outcome = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ContactAttemptManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=list(ContactWay)), name="deposits_contact_way_known"
            ),
        ]
        indexes = [models.Index(fields=["booking", "at"], name="deposits_contact_of_booking")]

    def __str__(self) -> str:
        return f"{self.way} about {self.booking_id}"
