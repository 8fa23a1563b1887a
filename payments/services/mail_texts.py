"""Changing the words of a venue's reminders."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import User, Venue
from orders.rules.reminder_rules import Tone
from payments.models import MailText
from payments.rules.mail_texts import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    ReminderText,
    ensure_clear,
)


class TextMissing(DomainError):
    """A mail needs a subject and something to say."""

    code = "text_missing"


@transaction.atomic
def write(
    *, venue: Venue, tone: Tone, language: str, text: ReminderText, by: User, now: datetime
) -> MailText:
    """Let reminders of this tone say this from now on.

    :raises TextMissing: nothing would be said, or far too much.
    :raises PlaceUnclear: there is a brace in it that is no place.
    """
    subject = " ".join(text.subject.split())
    body = "\n".join(line.rstrip() for line in text.body.strip().splitlines())
    if not (0 < len(subject) <= LONGEST_SUBJECT and 0 < len(body) <= LONGEST_BODY):
        raise TextMissing(gettext_noop("A mail needs a subject, and a text of some lines."))
    ensure_clear(subject)
    ensure_clear(body)
    row, _created = MailText.objects.update_or_create(
        venue=venue,
        tone=tone,
        language=language,
        defaults={"subject": subject, "body": body, "by": by, "changed_at": now},
    )
    return row


@transaction.atomic
def reset(*, venue: Venue, tone: Tone, language: str) -> bool:
    """Back to our words; whether there were others."""
    gone, _by_model = MailText.objects.filter(venue=venue, tone=tone, language=language).delete()
    return gone > 0
