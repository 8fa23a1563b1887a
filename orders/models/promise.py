"""What an item promised, version by version: a text is never changed, another one follows it."""

from __future__ import annotations

from django.db import models

from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.catalogue import CatalogueItem
from orders.models.user import User


class ItemPromiseQuerySet(AppendOnlyQuerySet["ItemPromise"]):
    pass


ItemPromiseManager = models.Manager.from_queryset(ItemPromiseQuerySet)


class ItemPromise(AppendOnly):
    """One wording: what to expect, where its limits are, how long it takes.

    `digest` is that of `rules.promises.digest_of`. Without `created_by` it came with a file.
    """

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="promises")
    number = models.PositiveIntegerField()
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)
    expected_result = models.TextField(blank=True, max_length=2000)
    limits = models.TextField(blank=True, max_length=2000)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ItemPromiseManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="orders_promise_number_once"),
            models.CheckConstraint(
                condition=~models.Q(expected_result="", limits=""),
                name="orders_promise_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
