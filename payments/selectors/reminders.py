"""What is known about reminding a tab's guest. Reads only."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from orders.models import Message, Tab
from orders.rules.mail_stops import StopReason
from orders.rules.messages import MessageState
from orders.rules.tab_states import TabStatus
from orders.selectors import mail_stops, tabs
from payments.models import Dispute
from payments.rules.reminder_schedule import (
    AFTER_ASKING,
    BETWEEN,
    WHILE_PAYING,
    Planned,
    next_allowed,
    plan,
)
from payments.rules.reminder_states import Facts, SkipReason
from payments.selectors import card_on_file
from payments.selectors.balances import Standing

_STOPPED_BY = {
    StopReason.UNSUBSCRIBED: SkipReason.UNSUBSCRIBED,
    StopReason.STAFF: SkipReason.STOPPED,
    StopReason.BOUNCED: SkipReason.BOUNCED,
    StopReason.COMPLAINED: SkipReason.UNSUBSCRIBED,
}


def email_of(tab: Tab) -> str:
    """Where reminders go."""
    return tab.customer.email if tab.customer else ""


def zone_of(tab: Tab) -> ZoneInfo:
    """Whose nights count: the guest's if known, else the venue's."""
    return (tab.customer.zone if tab.customer else None) or tab.venue.zone


def steps_of(tab: Tab, *, asked_at: datetime) -> dict[int, Planned]:
    """The schedule of a tab that was asked for, by the number of the step."""
    assert tab.due_at is not None
    steps = plan(
        tab.terms.reminder_rules,
        due_at=tab.due_at,
        asked_at=asked_at,
        venue_zone=tab.venue.zone,
        guest_zone=zone_of(tab),
    )
    return {step.number: step for step in steps}


def get_facts(tab: Tab, standing: Standing) -> Facts:
    """What decides whether the guest may be reminded at all."""
    email = email_of(tab)
    stop = mail_stops.find(venue_id=tab.venue_id, email=email)
    return Facts(
        status=TabStatus(tab.status),
        owes=standing.balance.is_positive,
        has_address=bool(email),
        stop=_STOPPED_BY[StopReason(stop.reason)] if stop else _by_money_on_its_way(tab),
    )


def _by_money_on_its_way(tab: Tab) -> SkipReason | None:
    """Nobody is reminded of what their card is going to pay, or while they argue by their bank."""
    if Dispute.objects.open().filter(tab_id__in=tabs.together(tab.id)).exists():
        return SkipReason.DISPUTED
    return SkipReason.CARD_ON_FILE if card_on_file.is_settling_itself(tab) else None


def earliest(tab: Tab, standing: Standing, *, now: datetime) -> datetime:
    """The first moment from now on at which the guest may be reminded.

    Not at night, not on the heels of another mail, not while somebody is paying.
    """
    wishes = [now, *_after_other_mail(tab)]
    if standing.open_amount.is_zero:
        wishes.append(now + WHILE_PAYING)
    return next_allowed(max(wishes), tab.terms.reminder_rules, zone_of(tab))


def has_promised_cash(tab: Tab) -> bool:
    """Whether the guest said, since the tab was closed, that they will pay at the counter."""
    return tab.history.filter(kind="cash_promised", at__gte=tab.closed_at).exists()


def reminded_at(tab: Tab) -> datetime | None:
    """When the guest was last reminded, or may have been."""
    last: datetime | None = _last_mails(tab)["reminded"]
    return last


def _after_other_mail(tab: Tab) -> list[datetime]:
    last = _last_mails(tab)
    waits = {"asked": AFTER_ASKING, "reminded": BETWEEN}
    return [at + wait for what, wait in waits.items() if (at := last[what]) is not None]


def _last_mails(tab: Tab) -> dict[str, datetime | None]:
    """When the tab's link and its reminders were last written; withdrawn ones never left."""
    left = ~Q(state=MessageState.WITHDRAWN)
    return Message.objects.filter(tab_id=tab.id).aggregate(
        asked=Max("created_at", filter=left & Q(kind="payment_link")),
        reminded=Max("created_at", filter=left & Q(is_reminder=True)),
    )
