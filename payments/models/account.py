"""Whose Stripe account a venue is paid into."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.sealing import seal, unseal
from orders.models import Venue
from payments.rules.accounts import HOUSE_ACCOUNT_ID, AccountKind


class MerchantAccountQuerySet(models.QuerySet["MerchantAccount"]):
    def live(self) -> Self:
        """Accounts that somebody is paid into."""
        return self.filter(ended_at=None)

    def refused(self) -> Self:
        """Accounts whose keys Stripe refuses."""
        return self.exclude(refused_because="")


MerchantAccountManager = models.Manager.from_queryset(MerchantAccountQuerySet)


class MerchantAccount(models.Model):
    """One Stripe account. The house account's keys stand in the environment.

    A venue without an account of its own is paid into the house account. An account that a venue
    leaves stays, ended, because of what was paid into it. Keys and webhook secrets are sealed; the
    secret before the present one is good until `previous_until`.

    While `refused_because` says why, Stripe does not take the keys and nothing is asked of it but
    whether it does again; `told_at` is when the owners heard of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        max_length=8, choices=choices_of(AccountKind), default=AccountKind.HOUSE
    )
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="merchant_accounts"
    )
    stripe_account_id = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    livemode = models.BooleanField(default=False)
    key_ciphertext = models.TextField(blank=True)
    key_hint = models.CharField(max_length=16, blank=True)
    webhook_endpoint_id = models.CharField(max_length=60, blank=True)
    webhook_secret_ciphertext = models.TextField(blank=True)
    previous_endpoint_id = models.CharField(max_length=60, blank=True)
    previous_secret_ciphertext = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)
    events_seen_until = models.DateTimeField(null=True, blank=True)
    books_seen_until = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MerchantAccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=HOUSE_ACCOUNT_ID) | Q(venue__isnull=False),
                name="payments_account_has_venue",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(AccountKind)), name="payments_account_kind_known"
            ),
            models.UniqueConstraint(
                fields=["venue"],
                condition=Q(ended_at__isnull=True),
                name="payments_account_one_live_per_venue",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.name or self.id}"

    @property
    def is_house(self) -> bool:
        return self.id == HOUSE_ACCOUNT_ID

    @property
    def is_refused(self) -> bool:
        """Whether Stripe does not take the account's keys."""
        return bool(self.refused_because)

    @property
    def api_key(self) -> str:
        """The venue's own key.

        :raises SealBroken: SECRET_KEY is not the one it was sealed with.
        """
        return unseal(self.key_ciphertext, about=f"key:{self.id}") if self.key_ciphertext else ""

    def keep_key(self, api_key: str) -> None:
        """Seal a key; its beginning and end stay readable, to tell it from others."""
        self.key_ciphertext = seal(api_key, about=f"key:{self.id}")
        self.key_hint = f"{api_key[:8]}…{api_key[-4:]}"

    def keep_webhook(
        self, *, endpoint_id: str, secret: str, now: datetime, overlap: datetime | None
    ) -> None:
        """Take a new endpoint's secret; the one before it stays good until `overlap`."""
        if self.webhook_secret_ciphertext and overlap is not None and overlap > now:
            self.previous_endpoint_id = self.webhook_endpoint_id
            self.previous_secret_ciphertext = self.webhook_secret_ciphertext
            self.previous_until = overlap
        self.webhook_endpoint_id = endpoint_id
        self.webhook_secret_ciphertext = seal(secret, about=f"webhook:{self.id}")

    def forget_previous_webhook(self) -> None:
        """The secret before the present one signs nothing any more."""
        self.previous_endpoint_id = self.previous_secret_ciphertext = ""
        self.previous_until = None
        self.save(
            update_fields=["previous_endpoint_id", "previous_secret_ciphertext", "previous_until"]
        )

    def webhook_secrets(self) -> list[str]:
        """What may sign this account's events: the present secret, and the one before it."""
        sealed = (self.webhook_secret_ciphertext, self.previous_secret_ciphertext)
        return [unseal(each, about=f"webhook:{self.id}") for each in sealed if each]
