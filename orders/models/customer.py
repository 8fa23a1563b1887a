"""People on file at one venue."""

from __future__ import annotations

import uuid
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from orders.models.venue import Venue
from orders.rules.texts import plain

KNOWN_BY = ("name", "email", "phone")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def on_file(self) -> Self:
        """Everybody but those who turned out to be somebody else on file."""
        return self.filter(merged_into=None)


CustomerManager = models.Manager.from_queryset(CustomerQuerySet)


class Customer(models.Model):
    """A guest with a name or an address. Found again by email or phone, at this venue only.

    Merged into another, a row stays as a signpost: it gives up its address and number, and every
    page about it leads on. `found_by` is what people type to find them, in plain letters.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="customers")
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    time_zone = models.CharField(max_length=48, blank=True)
    found_by = models.CharField(max_length=400, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField()

    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "email"], condition=~Q(email=""), name="orders_customer_email_once"
            ),
            models.UniqueConstraint(
                fields=["venue", "phone"], condition=~Q(phone=""), name="orders_customer_phone_once"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(email="", phone=""),
                name="orders_customer_merged_has_no_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["venue", "name", "email", "id"],
                condition=Q(merged_into=None),
                name="orders_customer_by_name",
            ),
            models.Index(fields=["venue", "-created_at", "-id"], name="orders_customer_newest"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def save(self, *args: Any, **options: Any) -> None:
        """What they are found by follows what is known of them."""
        fields = options.get("update_fields")
        if fields is None or set(KNOWN_BY) & set(fields):
            self.found_by = plain(" ".join(filter(None, (self.name, self.email, self.phone))))
            if fields is not None:
                options["update_fields"] = {*fields, "found_by"}
        super().save(*args, **options)

    @property
    def entry(self) -> Customer:
        """Where the person is on file now."""
        return self.merged_into or self

    @property
    def zone(self) -> ZoneInfo | None:
        """Where the guest sleeps, if it is known to be elsewhere than the venue."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        return str(self)[:2].title()
