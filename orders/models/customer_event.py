"""What became of people on file: what staff corrected, and who was found to be the same person."""

from __future__ import annotations

from django.db import models

from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.customer import Customer
from orders.models.user import User


class CustomerEventQuerySet(AppendOnlyQuerySet["CustomerEvent"]):
    pass


CustomerEventManager = models.Manager.from_queryset(CustomerEventQuerySet)


class CustomerEvent(AppendOnly):
    """One thing that happened to a customer; `data` holds what was there before."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="history")
    kind = models.CharField(max_length=32)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = CustomerEventManager()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="orders_customer_event_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"
