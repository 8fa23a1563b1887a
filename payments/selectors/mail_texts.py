"""Which words a venue's reminders have: its own, else ours."""

from __future__ import annotations

from django.utils import translation

from orders.models import Venue
from orders.rules.reminder_rules import Tone
from payments.models import MailText
from payments.rules.mail_texts import DEFAULTS, ReminderText


def text_of(venue: Venue, tone: Tone, *, language: str) -> ReminderText:
    """The venue's own text, else ours, translated."""
    own = MailText.objects.filter(venue=venue, tone=tone, language=language).first()
    if own is not None:
        return ReminderText(subject=own.subject, body=own.body)
    ours = DEFAULTS[tone]
    with translation.override(language):
        return ReminderText(
            subject=translation.gettext(ours.subject), body=translation.gettext(ours.body)
        )


def is_own(venue: Venue, tone: Tone, *, language: str) -> bool:
    return MailText.objects.filter(venue=venue, tone=tone, language=language).exists()
