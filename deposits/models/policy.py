"""What a venue asks of guests who book, version by version; an earlier one is never changed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from deposits.rules.deposit_policy import Asks, Policy
from orders.models import User, Venue


class DepositPolicyQuerySet(models.QuerySet["DepositPolicy"]):
    def newest_first(self) -> Self:
        return self.order_by("-version")


DepositPolicyManager = models.Manager.from_queryset(DepositPolicyQuerySet)


class DepositPolicy(models.Model):
    """One version. `item_ids` names the services it is about; none: every one of them.

    Either `fixed_minor` or `percent` of the price is asked for, above `above_minor` only. The free
    window and the minutes of grace are those of the venue's booking settings.
    """

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="deposit_policies")
    version = models.PositiveIntegerField()
    asks = models.CharField(max_length=10, choices=choices_of(Asks))
    above_minor = models.PositiveBigIntegerField(default=0)
    fixed_minor = models.PositiveBigIntegerField(default=0)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    item_ids = models.JSONField(default=list, blank=True)
    late_share = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(50))
    no_show_share = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(100))
    objection_hours = models.PositiveSmallIntegerField(default=24)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    objects = DepositPolicyManager()

    class Meta:
        verbose_name_plural = "deposit policies"
        constraints = [
            models.UniqueConstraint(fields=["venue", "version"], name="deposits_policy_version"),
            models.CheckConstraint(
                condition=Q(asks__in=list(Asks)), name="deposits_policy_asks_known"
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100, late_share__lte=100, no_show_share__lte=100),
                name="deposits_policy_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.version} of {self.venue_id}"

    @property
    def terms(self) -> Policy:
        """What it says, as the rules read it."""
        currency = self.venue.currency
        return Policy(
            asks=Asks(self.asks),
            above=Money(self.above_minor, currency),
            percent=self.percent,
            fixed=Money(self.fixed_minor, currency),
            items=frozenset(UUID(each) for each in self.item_ids),
            late_share=self.late_share,
            no_show_share=self.no_show_share,
            objection_hours=self.objection_hours,
        )

    @classmethod
    def of_terms(
        cls, terms: Policy, *, venue: Venue, version: int, by: User | None, now: datetime
    ) -> Self:
        """Another version, not saved yet."""
        return cls(
            venue=venue,
            version=version,
            asks=terms.asks,
            above_minor=terms.above.minor,
            fixed_minor=terms.fixed.minor,
            percent=terms.percent,
            item_ids=sorted(str(each) for each in terms.items),
            late_share=terms.late_share,
            no_show_share=terms.no_show_share,
            objection_hours=terms.objection_hours,
            made_by=by,
            made_at=now,
        )
