"""What a venue sells. Prices here are today's; a line copies what it was sold at."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.kernel.money import Money
from orders.models.venue import TaxRate, Venue


class Category(models.Model):
    """A section of the menu."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="categories")
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="orders_category_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ModifierGroup(models.Model):
    """A choice to make with an item: a size, a milk, extras."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="modifier_groups")
    name = models.CharField(max_length=60)
    min_choices = models.PositiveSmallIntegerField(default=0)
    max_choices = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_choices__gte=1) & Q(min_choices__lte=F("max_choices")),
                name="orders_modifier_group_possible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_one(self) -> bool:
        return self.max_choices == 1


class Modifier(models.Model):
    """One choice of a group, and what it adds to the price (or takes off)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(ModifierGroup, on_delete=models.PROTECT, related_name="modifiers")
    name = models.CharField(max_length=60)
    price_delta_minor = models.BigIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_available = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class CatalogueItemQuerySet(models.QuerySet["CatalogueItem"]):
    def on_sale(self) -> Self:
        """Not retired; may be sold out today."""
        return self.filter(retired_at=None)


CatalogueItemManager = models.Manager.from_queryset(CatalogueItemQuerySet)


class CatalogueItem(models.Model):
    """Something sold. Retired, never deleted.

    `promise` is the version that says today what the three texts of a service say; None while
    there is nothing to agree to. `photo_digest` is the address of its photo, if it has one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="catalogue")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=80)
    price_minor = models.PositiveBigIntegerField()
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, blank=True)
    modifier_groups = models.ManyToManyField(ModifierGroup, blank=True, related_name="items")
    is_available = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)
    expected_result = models.TextField(blank=True, max_length=2000)
    limits = models.TextField(blank=True, max_length=2000)
    promise = models.ForeignKey(
        "orders.ItemPromise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    photo_digest = models.CharField(max_length=64, blank=True)

    objects = CatalogueItemManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "category", "name"],
                condition=Q(retired_at=None),
                name="orders_catalogue_item_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.venue.currency)
