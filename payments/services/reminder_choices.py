"""What staff decide about a tab's reminders: one now, not this one, none for this guest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Message, Tab, User
from orders.rules.mail_stops import StopReason
from orders.rules.reminder_rules import Tone
from orders.services import history, mail_stops, messages
from payments.models import Reminder
from payments.models.reminder import BY_HAND
from payments.rules.reminder_states import ENDED, ReminderState, SkipReason, reason_to_skip
from payments.selectors import balances
from payments.selectors import reminders as facts_of
from payments.services import reminders
from payments.services.requests import NoAddress, NotOwing


class RemindersStopped(DomainError):
    """The guest, staff or the mail server said that this address gets none."""

    code = "reminders_stopped"


class TooSoonToRemind(DomainError):
    """It is night there, somebody is paying, or another mail has just gone."""

    code = "too_soon_to_remind"


class ReminderGone(DomainError):
    """The reminder has left or was decided on before."""

    code = "reminder_gone"


class ReminderUnknown(DomainError):
    """The tab has no such reminder. Doors answer 404."""

    code = "reminder_unknown"


@transaction.atomic
def remind_now(*, tab_id: UUID, by: User, now: datetime) -> Message:
    """Send the next reminder at once, or one more after the last. While one waits, it is that one.

    :raises NotOwing: there is nothing to remind of.
    :raises NoAddress: there is nowhere to send it.
    :raises RemindersStopped: the address gets none.
    :raises TooSoonToRemind: not at this hour, or not so soon after another mail.
    """
    tab = Tab.objects.lock(tab_id)
    on_its_way = Reminder.objects.claimed().filter(tab=tab).select_related("message").first()
    if on_its_way is not None and on_its_way.message is not None:
        return on_its_way.message
    standing = balances.get_standing(tab)
    _ensure_may_remind(reason_to_skip(facts_of.get_facts(tab, standing)))
    if facts_of.earliest(tab, standing, now=now) > now:
        raise TooSoonToRemind(
            gettext_noop("Not now: it is night there, or another mail has just gone.")
        )
    return reminders.write(_next_row(tab, now=now), tab=tab, standing=standing, now=now, by=by)


@transaction.atomic
def skip(*, tab_id: UUID, reminder_id: UUID, by: User, now: datetime) -> Reminder:
    """Leave one reminder out. Skipped twice is skipped once.

    :raises ReminderUnknown: the tab has none like that.
    :raises ReminderGone: it has left, or is about to.
    """
    tab = Tab.objects.lock(tab_id)
    row = Reminder.objects.filter(tab=tab, id=reminder_id).first()
    if row is None:
        raise ReminderUnknown(gettext_noop("This tab has no such reminder."))
    if row.state == ReminderState.SKIPPED:
        return row
    if row.state != ReminderState.DUE:
        raise ReminderGone(gettext_noop("This reminder has already left."))
    row.skip(SkipReason.BY_STAFF, now=now, by=by)
    history.record(tab_id=tab.id, kind="reminder_skipped", at=now, by=by, step=row.step)
    return row


@transaction.atomic
def stop(*, tab_id: UUID, by: User, now: datetime) -> None:
    """No more reminders for this guest, on this tab or another. Twice is once.

    :raises NoAddress: nobody gets any as it is.
    """
    tab, email = _addressed(tab_id)
    if mail_stops.stop(venue=tab.venue, email=email, reason=StopReason.STAFF, by=by, now=now):
        messages.withdraw_reminders(tab_id=tab.id)
        history.record(tab_id=tab.id, kind="reminders_stopped", at=now, by=by)


@transaction.atomic
def allow(*, tab_id: UUID, by: User, now: datetime) -> None:
    """Mail may go to this guest again, whoever or whatever stopped it.

    :raises NoAddress: there is nowhere to send any.
    """
    tab, email = _addressed(tab_id)
    if mail_stops.lift(venue=tab.venue, email=email, now=now):
        history.record(tab_id=tab.id, kind="reminders_resumed", at=now, by=by)


def _ensure_may_remind(reason: SkipReason | None) -> None:
    if reason is None:
        return
    if reason == SkipReason.NO_ADDRESS:
        raise NoAddress(gettext_noop("There is no email address on this tab yet."))
    if reason in {SkipReason.NOTHING_LEFT, *ENDED.values()}:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))
    raise RemindersStopped(gettext_noop("Reminders to this address are stopped."))


def _next_row(tab: Tab, *, now: datetime) -> Reminder:
    """The next one on the schedule; after the last one, a new one by hand."""
    rows = Reminder.objects.filter(tab=tab)
    coming = rows.waiting().order_by("step").first()
    if coming is not None:
        return coming
    last = rows.aggregate(last=Max("step", default=0))["last"]
    return Reminder.objects.create(
        tab=tab, step=max(last, BY_HAND - 1) + 1, tone=Tone.AFTER, due_at=now
    )


def _addressed(tab_id: UUID) -> tuple[Tab, str]:
    tab = Tab.objects.lock(tab_id)
    email = facts_of.email_of(tab)
    if not email:
        raise NoAddress(gettext_noop("There is no email address on this tab yet."))
    return tab, email
