"""The words of reminders, with places for what only the tab knows. Nothing in them can run.

A place is a name in braces. There is no way to write anything else with a brace, so a text either
says what it seems to say or is refused with the place where it goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.kernel.errors import DomainError, gettext_noop
from orders.rules.reminder_rules import Tone

PLACES: Final = ("venue", "guest", "amount", "date")
LONGEST_SUBJECT, LONGEST_BODY = 120, 1_000
_PLACE: Final = re.compile(r"\{([^{}\n]*)\}|[{}]")


class PlaceUnclear(DomainError):
    """A brace in a text of a mail that is no place, or names none."""

    code = "place_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderText:
    """What one reminder says: its subject, and a paragraph or more below the greeting."""

    subject: str
    body: str


DEFAULTS: Final[Mapping[Tone, ReminderText]] = {
    Tone.BEFORE: ReminderText(
        subject=gettext_noop("Your tab at {venue}: {amount}, pay by {date}"),
        body=gettext_noop(
            "A note before your tab is due on {date}. If you have it in mind already, "
            "there is nothing to do now."
        ),
    ),
    Tone.DUE: ReminderText(
        subject=gettext_noop("Today is the day: {amount} at {venue}, due {date}"),
        body=gettext_noop(
            "Your tab is due today, {date}. It takes a minute, and you can still pay at the "
            "counter if you would rather."
        ),
    ),
    Tone.AFTER: ReminderText(
        subject=gettext_noop("Still open at {venue}: {amount}, due since {date}"),
        body=gettext_noop(
            "Your tab was due on {date} and is still open. Most likely it slipped your mind; "
            "the button below is all it takes."
        ),
    ),
    Tone.LAST: ReminderText(
        subject=gettext_noop("A last note from {venue}: {amount}, due since {date}"),
        body=gettext_noop(
            "This is the last note we send by ourselves. Your tab has been open since {date}. If "
            "something was not right, or you need more time, reply and tell us: we would rather "
            "know."
        ),
    ),
}


def tone_at(tone: Tone, *, is_overdue: bool) -> Tone:
    """What may be said now: a note that was kept up must not speak of today."""
    if is_overdue and tone in (Tone.BEFORE, Tone.DUE):
        return Tone.AFTER
    return tone


def ensure_clear(text: str) -> None:
    """:raises PlaceUnclear: a brace stands alone, or around a name that is no place."""
    for position, name in _places_in(text):
        if name is None:
            raise PlaceUnclear(
                gettext_noop("There is a brace on its own at character %(position)s."),
                position=position,
            )
        if name not in PLACES:
            raise PlaceUnclear(
                gettext_noop("{%(name)s} at character %(position)s is not one of: %(known)s."),
                name=name,
                position=position,
                known=", ".join(f"{{{place}}}" for place in PLACES),
            )


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its places filled in, in one pass: what is filled in is not looked at again."""
    return _PLACE.sub(lambda found: facts.get(found[1] or "", found[0]), text)


def _places_in(text: str) -> Iterator[tuple[int, str | None]]:
    """Every brace, counted from one, with the name in it if there is one."""
    for found in _PLACE.finditer(text):
        yield found.start() + 1, found[1]
