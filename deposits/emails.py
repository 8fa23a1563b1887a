"""The mails deposits writes. The outbox sends them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from config.kernel.written_money import money_text
from deposits.models import Deposit
from orders import emails as orders_emails
from orders.emails import Mail
from orders.templatetags.display import when_text

DEPOSIT_NOTE = "deposit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody is written about a deposit: texts are marked for translation, not translated.

    They may name `%(venue)s`, `%(guest)s`, `%(start)s`, `%(amount)s`, `%(owed)s`, `%(until)s`.
    """

    title: str
    paragraphs: tuple[str, ...]


def deposit_note(note: Note, deposit: Deposit) -> Mail:
    """A note about a deposit, in the venue's own time and language."""
    venue, booking = deposit.venue, deposit.booking
    with orders_emails.at_home_in(venue):
        until = deposit.objection_until or deposit.answer_by
        facts = {
            "venue": venue.name,
            "guest": booking.guest.name,
            "start": when_text(booking.starts_at, "full"),
            "amount": money_text(deposit.amount),
            "owed": money_text(deposit.owed),
            "until": when_text(until, "full") if until else "",
        }
        context = {
            "title": gettext(note.title) % facts,
            "paragraphs": [gettext(each) % facts for each in note.paragraphs],
            "service": booking.service_name,
            "start": facts["start"],
        }
        return orders_emails.render("emails/deposits/deposit_note", venue, context)
