"""Photos of what is sold, kept beside the menu so that one backup holds both."""

from __future__ import annotations

from django.db import models

from orders.models.catalogue import CatalogueItem
from orders.models.user import User


class ItemPhoto(models.Model):
    """One photo of an item: a small WebP image of our own making. `digest` is its address."""

    item = models.OneToOneField(CatalogueItem, on_delete=models.CASCADE, related_name="photo")
    digest = models.CharField(max_length=64, db_index=True)
    data = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"photo of {self.item_id}"
