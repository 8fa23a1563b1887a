"""Whether the guest of a tab may ask for more time, and how much."""

from __future__ import annotations

from datetime import datetime

from orders.models import Tab
from payments.models import Extension
from payments.rules.extensions import Offer, offer_of


def find_own(tab: Tab) -> Extension | None:
    """The guest's own extension, if they have had it."""
    return Extension.objects.filter(tab_id=tab.id, by=None).first()


def find_offer(tab: Tab, *, now: datetime) -> Offer | None:
    """The days the guest may choose from; None if there is no choice, or it was made."""
    if not tab.is_owing or tab.due_at is None or find_own(tab) is not None:
        return None
    return offer_of(
        today=tab.venue.local(now).date(),
        due=tab.venue.local(tab.due_at).date(),
        most_days=tab.terms.reminder_rules.extension_days,
    )
