"""The paper tickets a venue hands out: a word, a number, a QR code."""

from __future__ import annotations

from typing import Self

from django.db import models

from config.kernel.tokens import new_short_key
from orders.models.venue import Venue
from orders.rules.tab_states import TabStatus


class TokenCardQuerySet(models.QuerySet["TokenCard"]):
    def resting(self) -> Self:
        """On the stack: not lost, and on no open tab."""
        return self.exclude(tabs__status=TabStatus.OPEN).filter(lost_at=None)


TokenCardManager = models.Manager.from_queryset(TokenCardQuerySet)


class TokenCard(models.Model):
    """One card. `key` is what its QR code says, so that one code tells no other."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="token_cards")
    word = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    key = models.CharField(max_length=16, unique=True, default=new_short_key)
    lost_at = models.DateTimeField(null=True, blank=True)

    objects = TokenCardManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "code"], name="orders_token_card_code_once"),
        ]

    def __str__(self) -> str:
        return self.code
