"""Links to what another app keeps: orders sends the mail, that app knows what the link opens."""

from __future__ import annotations

from django.db import models


class ThingLink(models.Model):
    """One token for one thing, known by its id alone. The app that has it decides what it opens."""

    thing_id = models.UUIDField(db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"
