"""What a guest may say instead of paying now: a later day, cash, or no more reminders."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import gettext_noop
from orders.models import Tab
from orders.rules.mail_stops import StopReason
from orders.rules.reminder_rules import Tone
from orders.services import history, mail_stops, messages
from payments.models import Extension, Reminder
from payments.rules.reminder_states import SkipReason
from payments.selectors import extensions
from payments.selectors import reminders as facts_of
from payments.services import extending
from payments.services.extending import DayOutOfBounds, NoMoreTime
from payments.services.requests import NotOwing


@transaction.atomic
def pay_later(*, tab_id: UUID, until: date, now: datetime) -> Extension:
    """Move the pay-by date to the end of a day the guest chose. The same day again is no error.

    :raises NotOwing: the tab is open, settled or void.
    :raises NoMoreTime: it was moved before, or there is no day left to choose.
    :raises DayOutOfBounds: the day is not among those offered.
    """
    tab = _owing(tab_id)
    assert tab.due_at is not None
    had = extensions.find_own(tab)
    if had is not None and tab.venue.local(had.new_due_at).date() == until:
        return had
    offer = extensions.find_offer(tab, now=now)
    if offer is None:
        raise NoMoreTime(gettext_noop("The date was moved before; please talk to us instead."))
    if until not in offer:
        raise DayOutOfBounds(gettext_noop("Please choose one of the days offered."))
    return extending.put_off(tab, until=until, now=now)


@transaction.atomic
def pay_cash(*, tab_id: UUID, now: datetime) -> bool:
    """Note that the guest will pay at the counter, and let one reminder pass; whether that is news.

    :raises NotOwing: the tab is open, settled or void.
    """
    tab = _owing(tab_id)
    if facts_of.has_promised_cash(tab):
        return False
    messages.withdraw_reminders(tab_id=tab.id)
    coming = Reminder.objects.waiting().filter(tab_id=tab.id).exclude(tone=Tone.LAST)
    next_one = coming.order_by("due_at", "step").first()
    if next_one is not None:
        next_one.skip(SkipReason.PAYING_CASH, now=now)
    history.record(tab_id=tab.id, kind="cash_promised", at=now, actor=extending.GUEST)
    return True


@transaction.atomic
def stop_reminders(*, tab_id: UUID, now: datetime) -> None:
    """No more reminders to the tab's address from its venue. Twice is once."""
    tab = Tab.objects.lock(tab_id)
    email = facts_of.email_of(tab)
    if not email:
        return
    reason = StopReason.UNSUBSCRIBED
    if mail_stops.stop(venue=tab.venue, email=email, reason=reason, now=now):
        messages.withdraw_reminders(tab_id=tab.id)
        history.record(tab_id=tab.id, kind="reminders_stopped", at=now, actor=extending.GUEST)


@transaction.atomic
def resume_reminders(*, tab_id: UUID, now: datetime) -> None:
    """The guest wants reminders after all. What made mail come back is for staff to settle."""
    tab = Tab.objects.lock(tab_id)
    email = facts_of.email_of(tab)
    if email and mail_stops.lift_own(venue=tab.venue, email=email, now=now):
        history.record(tab_id=tab.id, kind="reminders_resumed", at=now, actor=extending.GUEST)


def _owing(tab_id: UUID) -> Tab:
    tab = Tab.objects.lock(tab_id)
    if not tab.is_owing:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))
    return tab
