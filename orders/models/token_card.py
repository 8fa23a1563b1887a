"""The paper tickets a venue hands out: a word, a number, a QR code."""

from __future__ import annotations

from typing import Self

from django.db import models

from config.kernel.tokens import new_short_key
from orders.models.venue import Venue
from orders.rules.tab_states import TabStatus


class TokenCardQuerySet(models.QuerySet["TokenCard"]):
    def in_use(self) -> Self:
        """Neither lost nor taken out of use: on a tab or on the stack."""
        return self.filter(lost_at=None, retired_at=None)

    def on_tabs(self) -> Self:
        return self.filter(tabs__status=TabStatus.OPEN)

    def resting(self) -> Self:
        """On the stack: in use, and on no open tab."""
        return self.in_use().exclude(tabs__status=TabStatus.OPEN)

    def lost(self) -> Self:
        return self.filter(lost_at__isnull=False, retired_at=None)

    def retired(self) -> Self:
        return self.filter(retired_at__isnull=False)


TokenCardManager = models.Manager.from_queryset(TokenCardQuerySet)


class TokenCard(models.Model):
    """One card. `key` is what its QR code says, so that one code tells no other."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="token_cards")
    word = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    key = models.CharField(max_length=16, unique=True, default=new_short_key)
    lost_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TokenCardManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "code"], name="orders_token_card_code_once"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_in_use(self) -> bool:
        return self.lost_at is None and self.retired_at is None


class FormerCardKey(models.Model):
    """What the QR code of an earlier print says, kept so that its finder gets a kind answer."""

    card = models.ForeignKey(TokenCard, on_delete=models.PROTECT, related_name="former_keys")
    key = models.CharField(max_length=16, unique=True)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.card} before {self.replaced_at:%Y-%m-%d}"
