"""A venue's reminders before any is sent: their words, and each mail at its real date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise

from config.front.pages.reminding import NAMES
from orders.emails import Mail
from orders.models import Venue
from orders.rules.reminder_rules import Tone
from payments import emails
from payments.rules.mail_texts import tone_at
from payments.selectors import mail_texts, reminder_previews


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One mail of the schedule in one language, on the day it would leave."""

    number: int
    language: str
    name: str
    tone: str
    at: datetime
    mail: Mail
    is_own: bool
    is_left_out: bool


def list_previews(venue: Venue, *, now: datetime) -> list[Preview]:
    """Every mail of the schedule, in every language, for a tab that is closed now."""
    example = reminder_previews.get_example(venue, now=now)
    return [
        Preview(
            number=step.number,
            language=language,
            name=str(NAMES[tone]),
            tone=tone,
            at=venue.local(step.at),
            mail=emails.reminder(
                bill=example.bill,
                standing=example.standing,
                text=mail_texts.text_of(venue, tone, language=language),
                language=language,
            ),
            is_own=mail_texts.is_own(venue, tone, language=language),
            is_left_out=step.is_too_soon,
        )
        for step in example.steps
        for tone in [tone_at(step.tone, is_overdue=_is_late(example, step.at))]
        for language, _name in settings.LANGUAGES
    ]


def tone_names() -> dict[Tone, Promise]:
    return {tone: NAMES[tone] for tone in Tone}


def _is_late(example: reminder_previews.Example, at: datetime) -> bool:
    due_at = example.bill.tab.due_at
    return due_at is not None and due_at < at
