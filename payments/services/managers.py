"""Mail to a venue's managers about money that wants a look."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orders.models import Tab
from orders.rules.roles import Right, Role, may
from orders.selectors import bills, memberships
from orders.services import messages
from payments import emails
from payments.emails import ManagerNote

# Where the house shows a tab to staff.
TAB_PATH: Final = "/v/{slug}/tabs/{tab}/"


def tell(note: ManagerNote, *, tab: Tab, source_key: str, now: datetime) -> None:
    """Write to everybody who may review the venue's money, once for each `source_key`."""
    bill = bills.get_bill(tab_id=tab.id)
    mail = emails.manager_note(note, bill=bill)
    for person in memberships.list_people(venue=bill.venue):
        if may(Role(person.role), Right.REVIEW_MONEY):
            messages.write(
                venue=bill.venue,
                tab=bill.tab,
                kind=note.kind,
                source_key=f"{source_key}:{person.pk}",
                to=person.user.email,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                link_path=TAB_PATH.format(slug=bill.venue.slug, tab=tab.id),
                now=now,
            )
