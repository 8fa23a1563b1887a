"""People on file at one venue."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from orders.models.venue import Venue


class Customer(models.Model):
    """A guest with a name or an address. Found again by email or phone, at this venue only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="customers")
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "email"], condition=~Q(email=""), name="orders_customer_email_once"
            ),
            models.UniqueConstraint(
                fields=["venue", "phone"], condition=~Q(phone=""), name="orders_customer_phone_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]
