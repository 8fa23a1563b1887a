"""Telling guests of their booking: that it is made, moved, cancelled, with the link to its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from config.kernel.errors import gettext_noop
from deposits.models import Booking
from deposits.selectors import calendar_files
from orders import emails
from orders.emails import Mail
from orders.services import messages
from orders.templatetags.display import when_text

KIND: Final = "booking_note"
LINK_PATH: Final = "/b/[token]/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What has happened, marked for translation: a title and a sentence.

    `soon` is the sentence when the hours in which cancelling is free are over already.
    """

    what: str
    title: str
    text: str
    soon: str


CONFIRMED: Final = Note(
    what="confirmed",
    title=gettext_noop("You are booked at %(venue)s"),
    text=gettext_noop("You pay after your visit. Moving and cancelling are free until %(free)s."),
    soon=gettext_noop("You pay after your visit. If you cannot come, please tell us."),
)
MOVED: Final = Note(
    what="moved",
    title=gettext_noop("Your booking at %(venue)s has moved"),
    text=gettext_noop("This is the new time. Moving and cancelling are free until %(free)s."),
    soon=gettext_noop("This is the new time. If you cannot come, please tell us."),
)
CANCELLED: Final = Note(
    what="cancelled",
    title=gettext_noop("Your booking at %(venue)s is cancelled"),
    text=gettext_noop("You are not expected any more."),
    soon=gettext_noop("You are not expected any more."),
)


def tell_confirmed(booking: Booking, *, now: datetime) -> None:
    _tell(booking, CONFIRMED, now=now)


def tell_moved(booking: Booking, *, now: datetime) -> None:
    _tell(booking, MOVED, now=now)


def tell_cancelled(booking: Booking, *, now: datetime) -> None:
    _tell(booking, CANCELLED, now=now)


def render(booking: Booking, note: Note, *, now: datetime) -> Mail:
    """In the venue's language, by the guest's clocks."""
    venue, zone = booking.venue, booking.guest_zone
    text = note.soon if booking.is_late_to_cancel(now) else note.text
    with emails.at_home_in(venue), timezone.override(ZoneInfo(zone) if zone else venue.zone):
        start = f"{when_text(booking.starts_at, 'full')}, {when_text(booking.starts_at, 'time')}"
        facts = {"venue": venue.name, "free": when_text(booking.free_until, "moment")}
        context = {
            "title": gettext(note.title) % facts,
            "text": gettext(text) % facts,
            "service": booking.service_name,
            "person": booking.person.get_full_name(),
            "start": f"{start} ({zone})" if zone else start,
        }
        return emails.render("emails/deposits/booking_note", venue, context)


def _tell(booking: Booking, note: Note, *, now: datetime) -> None:
    """Put the mail in the outbox, in the transaction of what it tells; nothing without address."""
    if not booking.guest.email:
        return
    mail = render(booking, note, now=now)
    messages.write(
        venue=booking.venue,
        tab=None,
        thing_id=booking.id,
        kind=KIND,
        source_key=f"booking:{booking.id}:{booking.sequence}:{note.what}",
        to=booking.guest.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        calendar=calendar_files.write_for(booking, now=now),
        link_path=LINK_PATH,
        now=now,
    )
