"""Writing down when a tab's reminders come, and writing it anew when the tab or its date changes.

The caller holds the tab's lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from orders.models import Tab
from orders.services import messages
from payments.models import Reminder
from payments.models.reminder import BY_HAND
from payments.rules.reminder_schedule import Planned
from payments.rules.reminder_states import PASSING, ReminderState, SkipReason
from payments.selectors import reminders


def plan(*, tab: Tab, now: datetime) -> None:
    """Plan every step of a tab that is asked for from now on.

    What was sent when it was asked for before is not sent again, and what people skipped stays so.
    """
    known = {row.step: row for row in Reminder.objects.filter(tab_id=tab.id, step__lt=BY_HAND)}
    steps = reminders.steps_of(tab, asked_at=now)
    Reminder.objects.bulk_create(
        _new(tab, step, now=now) for step in steps.values() if step.number not in known
    )
    for number, row in known.items():
        if row.state == ReminderState.DUE or row.reason in PASSING:
            _put(row, steps[number], now=now)


def move(*, tab: Tab, now: datetime) -> None:
    """The pay-by date moved: what has not left follows it; notes ahead of it are dropped."""
    messages.withdraw_reminders(tab_id=tab.id)
    steps = reminders.steps_of(tab, asked_at=now)
    for row in Reminder.objects.waiting().filter(tab_id=tab.id, step__lt=BY_HAND):
        if tab.terms.reminder_rules.steps[row.step - 1].days < 0:
            row.skip(SkipReason.EXTENDED, now=now)
        else:
            row.wait_until(steps[row.step].at)


def suspend(*, tab_id: UUID, now: datetime) -> None:
    """The tab was reopened or voided: nothing more goes out for this closing."""
    messages.withdraw_reminders(tab_id=tab_id)
    for row in Reminder.objects.waiting().filter(tab_id=tab_id):
        row.skip(SkipReason.REOPENED, now=now)


def _new(tab: Tab, step: Planned, *, now: datetime) -> Reminder:
    row = Reminder(tab=tab, step=step.number, tone=step.tone, due_at=step.at)
    if step.is_too_soon:
        row.state, row.reason = ReminderState.SKIPPED, SkipReason.TOO_SOON
        row.decided_at = now
    return row


def _put(row: Reminder, step: Planned, *, now: datetime) -> None:
    row.wait_until(step.at)
    if step.is_too_soon:
        row.skip(SkipReason.TOO_SOON, now=now)
