"""Mails about disputes, to whoever answers for a venue's money: opened, due soon, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orders.selectors import bills, memberships
from orders.services import messages
from payments import emails
from payments.models import Dispute

OPENED: Final = "opened"
DUE: Final = "due"
CLOSED: Final = "closed"
# The guests' mails carry a token here; this page asks its reader to sign in.
PATH: Final = "/disputes/{dispute}/"


def write(dispute: Dispute, *, what: str, now: datetime) -> int:
    """One mail to each of them, in the transaction that gives the reason; how many they are.

    The same occasion again is the same mail.
    """
    bill = bills.get_bill(tab_id=dispute.tab_id)
    reviewers = memberships.list_reviewers(venue=bill.venue)
    for member in reviewers:
        mail = emails.dispute(dispute, bill=bill, what=what, reader=member.user)
        messages.write(
            venue=bill.venue,
            tab=bill.tab,
            kind=f"dispute_{what}",
            source_key=f"dispute:{dispute.id}:{what}:{dispute.state}:{member.user_id}",
            to=member.user.email,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            link_path=PATH.format(dispute=dispute.id),
            now=now,
        )
    return len(reviewers)
