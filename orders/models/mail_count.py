"""How many mails left in each minute, for the limits. Only kept while there are limits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from orders.models.venue import Venue


class MailCount(models.Model):
    """Mails handed out in one minute: of a venue, or of everybody where `venue` is empty."""

    venue = models.ForeignKey(
        Venue, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minute", "venue"], name="orders_mail_count_of_venue"),
            models.UniqueConstraint(
                fields=["minute"], condition=Q(venue=None), name="orders_mail_count_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} mails in {self.minute:%H:%M}"
