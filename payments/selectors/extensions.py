"""How much more time a tab may get, from its guest's own choice and from staff."""

from __future__ import annotations

from datetime import datetime

from orders.models import Tab
from orders.rules.roles import Right, Role, may
from payments.models import Extension
from payments.rules.extensions import Offer, offer_of, offer_of_manager


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


def find_staff_offer(tab: Tab, *, role: Role, now: datetime) -> Offer | None:
    """The days somebody in this role may choose from.

    Staff go as far as the venue lets guests go, counted from the day that was agreed first, so that
    a bit more each week is not a year; managers go farther.
    """
    if not tab.is_owing or tab.due_at is None:
        return None
    today, due = tab.venue.local(now).date(), tab.venue.local(tab.due_at).date()
    if may(role, Right.GIVE_MORE_TIME):
        return offer_of_manager(today=today, due=due)
    earliest = tab.extensions.order_by("old_due_at").first()
    agreed = tab.venue.local(earliest.old_due_at).date() if earliest else due
    most = tab.terms.reminder_rules.extension_days - (due - agreed).days
    return offer_of(today=today, due=due, most_days=most)
