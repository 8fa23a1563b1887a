"""A venue's own words for its reminders; where there are none, ours are used."""

from __future__ import annotations

from django.db import models

from config.kernel.choices import choices_of
from orders.models import User, Venue
from orders.rules.reminder_rules import Tone
from payments.rules.mail_texts import LONGEST_BODY, LONGEST_SUBJECT


class MailText(models.Model):
    """What a reminder of one tone says in one language."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="mail_texts")
    tone = models.CharField(max_length=8, choices=choices_of(Tone))
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField(max_length=LONGEST_BODY)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "tone", "language"], name="payments_mail_text_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tone} in {self.language} of {self.venue_id}"
