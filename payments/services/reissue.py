"""A fresh mail for somebody whose link has run out: to the address it was sent to, and no other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from orders.models import Tab
from orders.selectors import links
from payments.models import Receipt
from payments.services import receipts, requests


@transaction.atomic
def send_fresh(*, token: str, now: datetime) -> int:
    """Send what a link used to show; how many mails that makes. An unknown link makes none.

    What is still owed is asked for once more; what was paid is proved once more. The same mail is
    written at most once an hour, however often somebody asks.
    """
    tab = links.find_expired_tab(token=token)
    if tab is None:
        return 0
    if tab.is_owing:
        return requests.send_to_guest(tab_id=tab.id, now=now)
    return _send_receipts(tab, now=now)


def _send_receipts(tab: Tab, *, now: datetime) -> int:
    addressed = Receipt.objects.filter(tab=tab).exclude(email="").order_by("number")
    for receipt in addressed:
        receipts.send_again(receipt_id=receipt.id, now=now)
    return len(addressed)
