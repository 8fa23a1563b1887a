"""A catalogue file between being looked at and being imported, kept for a day."""

from __future__ import annotations

import uuid

from django.db import models

from orders.models.user import User
from orders.models.venue import Venue


class CatalogueUpload(models.Model):
    """What somebody sent, so that what is imported is what was shown, on whichever machine."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="catalogue_uploads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    # What it came to, in the words of `orders.services.catalogue_import.Imported`.
    outcome = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="orders_upload_age")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_applied(self) -> bool:
        return self.applied_at is not None
