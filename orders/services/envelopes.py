"""From a stored message to a mail that can leave: its link, its headers, its thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from orders.models import Message
from orders.services import invitation_links, links, thing_links

LINK_PLACE: Final = "[link]"
STOP_PLACE: Final = "[stop]"
TOKEN_PLACE: Final = "[token]"  # noqa: S105 - a place in a path, not a secret.


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message with the guest's own link in it."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    stop: str = field(repr=False, default="")


def fill_in(message: Message, *, now: datetime, base_url: str = "") -> Written:
    """Put a fresh link where `[link]` stands. The token is in what is returned and nowhere else."""
    if not message.link_path:
        return Written(subject=message.subject, text=message.text, html=message.html)
    base, path, stop = base_url or settings.PUBLIC_URL, message.link_path, message.stop_path
    if TOKEN_PLACE in path:
        token = _mint(message, now=now)
        path, stop = path.replace(TOKEN_PLACE, token), stop.replace(TOKEN_PLACE, token)
    places = {STOP_PLACE: base + stop, LINK_PLACE: base + path}
    return Written(
        subject=message.subject,
        text=_filled(message.text, places),
        html=_filled(message.html, places),
        stop=base + stop if stop else "",
    )


def _filled(text: str, places: dict[str, str]) -> str:
    for place, address in places.items():
        text = text.replace(place, address)
    return text


def _mint(message: Message, *, now: datetime) -> str:
    """A token of its own for this copy of the mail, for whatever the mail is about."""
    if message.invitation_id is not None:
        return invitation_links.mint(invitation_id=message.invitation_id, now=now)
    if message.thing_id is not None:
        return thing_links.mint(thing_id=message.thing_id, now=now)
    assert message.tab_id is not None
    return links.mint(tab_id=message.tab_id, now=now)


def compose(
    message: Message, *, connection: BaseEmailBackend, now: datetime
) -> EmailMultiAlternatives:
    """The mail itself. Sent twice, it has the same Message-ID, so that it is shown once.

    `first_id` is the first message of the same tab to the same address: the thread's head.
    """
    written = fill_in(message, now=now)
    first_id = getattr(message, "first_id", None)
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=sender(message.from_name),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(message.id, first_id) | _stop_headers(written.stop),
        connection=connection,
    )
    # A provider sends this back with its reports; SMTP knows nothing of it.
    mail.metadata = {"message": str(message.id)}  # type: ignore[attr-defined]
    if written.html:
        mail.attach_alternative(written.html, "text/html")
    if message.calendar:
        mail.attach("visit.ics", message.calendar, "text/calendar")
    return mail


def sender(name: str) -> str:
    """The venue's name before the address this installation sends from."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name, address))


def _headers(message_id: UUID, first_id: UUID | None) -> dict[str, str]:
    headers = {"Message-ID": _reference(message_id), "Auto-Submitted": "auto-generated"}
    if first_id not in (None, message_id):
        thread = _reference(first_id)
        headers |= {"In-Reply-To": thread, "References": thread}
    return headers


def _stop_headers(address: str) -> dict[str, str]:
    """RFC 8058: the mail program has a button of its own that ends mails like this one."""
    if not address:
        return {}
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _reference(message_id: UUID | None) -> str:
    return f"<{message_id}@{urlsplit(settings.PUBLIC_URL).hostname}>"
