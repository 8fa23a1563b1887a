"""Putting a mail about a card on file into the outbox, to the person whose card it is."""

from __future__ import annotations

from datetime import datetime

from orders.emails import Mail
from orders.models import Message, Tab
from orders.services import messages
from payments.models import CardConsent
from payments.services.requests import PAY_PATH


def write(
    mail: Mail, *, kind: str, source_key: str, tab: Tab, consent: CardConsent, now: datetime
) -> Message:
    """Written in the transaction that gives the reason for it; the same key is the same mail."""
    return messages.write(
        venue=tab.venue,
        tab=tab,
        kind=kind,
        source_key=source_key,
        to=consent.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
    )
