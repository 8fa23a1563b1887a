"""Whose Stripe account a venue is paid into."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from orders.models import Venue
from payments.rules.accounts import HOUSE_ACCOUNT_ID


class MerchantAccount(models.Model):
    """One Stripe account. The house account's keys stand in the environment.

    A venue without an account of its own is paid into the house account. `stripe_account_id` is
    for Connect; a venue's own keys are kept encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.OneToOneField(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="merchant_account"
    )
    stripe_account_id = models.CharField(max_length=40, blank=True)
    key_ciphertext = models.TextField(blank=True)
    webhook_secret_ciphertext = models.TextField(blank=True)
    events_seen_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=HOUSE_ACCOUNT_ID) | Q(venue__isnull=False),
                name="payments_account_has_venue",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.id}"

    @property
    def is_house(self) -> bool:
        return self.id == HOUSE_ACCOUNT_ID
