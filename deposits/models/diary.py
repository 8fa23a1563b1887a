"""Who takes bookings, and when: weekly hours, breaks, days off, all by the venue's clocks."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from orders.models import CatalogueItem, User, Venue

_A_WEEKDAY = Q(weekday__gte=0, weekday__lte=6)
_ENDS_LATER = Q(ends__gt=F("starts"))


class DiaryQuerySet(models.QuerySet["Diary"]):
    def open(self) -> Self:
        """Of people who take bookings and still work there."""
        return self.filter(
            is_open=True,
            person__is_active=True,
            person__memberships__venue=F("venue"),
            person__memberships__ended_at=None,
        )


DiaryManager = models.Manager.from_queryset(DiaryQuerySet)


class Diary(models.Model):
    """The time of one person at one venue. Without `services` they do whatever can be booked.

    Its row is locked while a booking is put in, so that people who want the same time queue here
    and the second is told, instead of the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="diaries")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="diaries")
    services = models.ManyToManyField(CatalogueItem, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    objects = DiaryManager()

    class Meta:
        verbose_name_plural = "diaries"
        constraints = [
            models.UniqueConstraint(fields=["venue", "person"], name="deposits_diary_once"),
        ]

    def __str__(self) -> str:
        return f"diary of {self.person_id}"


class WorkingHours(models.Model):
    """When somebody works on one day of the week; 0 is Monday."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        verbose_name_plural = "working hours"
        constraints = [
            models.UniqueConstraint(fields=["diary", "weekday"], name="deposits_hours_once_a_day"),
            models.CheckConstraint(condition=_A_WEEKDAY, name="deposits_hours_weekday"),
            models.CheckConstraint(condition=_ENDS_LATER, name="deposits_hours_end_later"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.starts}-{self.ends}"


class Break(models.Model):
    """A part of every such day that nobody can book."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="breaks")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_A_WEEKDAY, name="deposits_break_weekday"),
            models.CheckConstraint(condition=_ENDS_LATER, name="deposits_break_end_later"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.starts}-{self.ends}"


class DayOff(models.Model):
    """Days on which somebody does not work, the first and the last included."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="days_off")
    first_day = models.DateField()
    last_day = models.DateField()
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "days off"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="deposits_day_off_in_order"
            ),
        ]
        indexes = [models.Index(fields=["diary", "last_day"], name="deposits_day_off_of")]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"
