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
from orders.services import invitation_links, links

LINK_PLACE: Final = "[link]"
TOKEN_PLACE: Final = "[token]"  # noqa: S105 - a place in a path, not a secret.


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message with the guest's own link in it."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def fill_in(message: Message, *, now: datetime, base_url: str = "") -> Written:
    """Put a fresh link where `[link]` stands. The token is in what is returned and nowhere else."""
    if not message.link_path:
        return Written(subject=message.subject, text=message.text, html=message.html)
    path = message.link_path
    if TOKEN_PLACE in path:
        path = path.replace(TOKEN_PLACE, _mint(message, now=now))
    link = (base_url or settings.PUBLIC_URL) + path
    return Written(
        subject=message.subject,
        text=message.text.replace(LINK_PLACE, link),
        html=message.html.replace(LINK_PLACE, link),
    )


def _mint(message: Message, *, now: datetime) -> str:
    """A token of its own for this copy of the mail, for whatever the mail is about."""
    if message.invitation_id is not None:
        return invitation_links.mint(invitation_id=message.invitation_id, now=now)
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
        headers=_headers(message.id, first_id),
        connection=connection,
    )
    if written.html:
        mail.attach_alternative(written.html, "text/html")
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


def _reference(message_id: UUID | None) -> str:
    return f"<{message_id}@{urlsplit(settings.PUBLIC_URL).hostname}>"
