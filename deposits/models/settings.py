"""How a venue takes bookings, and how much room each of its services needs afterwards."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from orders.models import CatalogueItem, Venue


class BookingSettings(models.Model):
    """What a manager decides about bookings; a venue without a row has these defaults.

    `is_public`: guests may book by themselves, at least `notice_minutes` and at most `days_ahead`
    before. Cancelling is in time until `free_hours` before. A guest may be called a no-show
    `grace_minutes` after the start.
    """

    venue = models.OneToOneField(Venue, on_delete=models.PROTECT, related_name="booking_settings")
    is_public = models.BooleanField(default=False)
    step_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    notice_minutes = models.PositiveIntegerField(default=120)
    days_ahead = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    free_hours = models.PositiveSmallIntegerField(default=24)
    grace_minutes = models.PositiveSmallIntegerField(default=15)
    reminder_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        verbose_name_plural = "booking settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(step_minutes__gte=5), name="deposits_settings_step_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"bookings at {self.venue_id}"


class ServiceTiming(models.Model):
    """The minutes a person needs after a service before the next guest."""

    item = models.OneToOneField(CatalogueItem, on_delete=models.PROTECT, related_name="timing")
    buffer_minutes = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(240)]
    )

    def __str__(self) -> str:
        return f"{self.buffer_minutes} min after {self.item_id}"
