"""Which browsers were let in to the bill behind a card."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.tab import Tab
from orders.models.user import User
from orders.rules.claims import ClaimState, ClaimWay


class TabClaimQuerySet(models.QuerySet["TabClaim"]):
    def granted(self) -> Self:
        return self.filter(state=ClaimState.GRANTED)

    def waiting(self) -> Self:
        return self.filter(state=ClaimState.REQUESTED)


TabClaimManager = models.Manager.from_queryset(TabClaimQuerySet)


class TabClaim(models.Model):
    """One browser's standing with one tab. The browser is known by its cookie's digest."""

    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="claims")
    browser_digest = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=choices_of(ClaimState))
    way = models.CharField(max_length=10, choices=choices_of(ClaimWay), blank=True)
    token_code = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TabClaimManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tab", "browser_digest"], name="orders_claim_once_per_browser"
            ),
            models.UniqueConstraint(
                fields=["tab"],
                condition=Q(way=ClaimWay.FIRST_SCAN, state=ClaimState.GRANTED),
                name="orders_claim_one_first_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk} ({self.state})"
