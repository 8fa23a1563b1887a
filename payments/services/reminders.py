"""The sweep that reminds: it finds what is due, looks at the tab again, and writes one mail.

A tab is claimed by its lock, so sweeps may run beside one another and beside payments. The mail
stands in the outbox from the same transaction on; what became of it is read back from there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from config.kernel.transactions import outside_transaction
from orders.models import Message, Tab, User
from orders.rules.addresses import masked
from orders.rules.messages import FINAL, MessageState
from orders.rules.reminder_rules import Tone
from orders.rules.tab_states import TabStatus
from orders.selectors import bills
from orders.selectors.languages import language_of
from orders.services import history, messages
from orders.services.messages import Reminding
from payments import emails
from payments.models import Reminder
from payments.models.reminder import BY_HAND
from payments.rules.mail_texts import tone_at
from payments.rules.reminder_schedule import closes_at
from payments.rules.reminder_states import ENDED, ReminderState, SkipReason, reason_to_skip
from payments.selectors import balances, mail_texts
from payments.selectors import reminders as facts_of
from payments.selectors.balances import Standing
from payments.services.requests import PAY_PATH

logger = logging.getLogger(__name__)
STOP_PATH: Final = "/p/[token]/stop/"
BATCH: Final = 200
# What one run looks at. A minute later the next one goes on, and links come first meanwhile.
MOST: Final = 2_000
# A mail that was kept up is written anew after this long, then after twice as long, and so on.
PAUSE, LONGEST_PAUSE = timedelta(minutes=30), timedelta(hours=12)
_TOLD: Final = {
    MessageState.SENT: (ReminderState.SENT, "reminder_sent"),
    MessageState.UNKNOWN: (ReminderState.UNKNOWN, "reminder_unknown"),
}


class Work(Protocol):
    """What is done to one tab; the number of things done."""

    def __call__(self, tab_id: UUID, *, now: datetime) -> int: ...


@outside_transaction
def sweep(*, now: datetime, most: int = MOST) -> int:
    """Note what became of mails, then write those that are due; how many were written."""
    for tab_id in list(_with_news().values_list("tab_id", flat=True).distinct()[:most]):
        _safely(_learn, tab_id, now=now)
    return sum(_safely(_attend, tab_id, now=now) for tab_id in _due_tabs(now, most=most))


def _due_tabs(now: datetime, *, most: int) -> Iterator[UUID]:
    """Tabs with a reminder due, by batches through the index of due rows: memory stays flat."""
    after: tuple[datetime, UUID] | None = None
    for _batch in range(most // BATCH or 1):
        due = Reminder.objects.due(now).order_by("due_at", "id")
        if after is not None:
            due = due.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
        rows = list(due.values_list("due_at", "id", "tab_id")[: min(BATCH, most)])
        if not rows:
            return
        after = rows[-1][:2]
        yield from dict.fromkeys(tab_id for *_, tab_id in rows)


def _safely(work: Work, tab_id: UUID, *, now: datetime) -> int:
    """One tab, whose fault is nobody else's."""
    try:
        return work(tab_id, now=now)
    except Exception:
        logger.exception("Reminding about tab %s failed; it will be tried again", tab_id)
        return 0


@transaction.atomic
def _attend(tab_id: UUID, *, now: datetime) -> int:
    """Claim a tab and do with its due reminders what the facts allow; how many mails."""
    tab = Tab.objects.lock_if_free(tab_id)
    if tab is None:
        return 0
    waiting = list(Reminder.objects.due(now).filter(tab_id=tab_id).order_by("step"))
    if not waiting:
        return 0
    standing = balances.get_standing(tab)
    reason = reason_to_skip(facts_of.get_facts(tab, standing))
    if reason is not None:
        _skip(tab, waiting, reason, now=now)
        return 0
    latest = _latest_of(tab, waiting, now=now)
    if latest is None:
        return 0
    at = facts_of.earliest(tab, standing, now=now)
    if at > now:
        latest.wait_until(at)
        return 0
    write(latest, tab=tab, standing=standing, now=now)
    return 1


def _latest_of(tab: Tab, waiting: Sequence[Reminder], *, now: datetime) -> Reminder | None:
    """The one to send: never two at once, and none that comes before one that has left."""
    may_have_left = Reminder.objects.may_have_left().filter(tab_id=tab.id, step__lt=BY_HAND)
    left = may_have_left.aggregate(last=Max("step", default=0))["last"]
    latest = waiting[-1] if waiting[-1].step > left else None
    for row in waiting:
        if row is not latest:
            row.skip(SkipReason.OVERTAKEN, now=now)
    return latest


def _skip(tab: Tab, waiting: Sequence[Reminder], reason: SkipReason, *, now: datetime) -> None:
    """Skip what is due; of a tab that owes nothing any more, what would come later too."""
    rows: Sequence[Reminder] = waiting
    if TabStatus(tab.status) in ENDED:
        rows = list(Reminder.objects.waiting().filter(tab_id=tab.id))
    for row in rows:
        row.skip(reason, now=now)


def write(
    row: Reminder, *, tab: Tab, standing: Standing, now: datetime, by: User | None = None
) -> Message:
    """Put the mail of one reminder into the outbox. The caller holds the tab's lock."""
    bill = bills.bill_of(tab)
    tone = tone_at(Tone(row.tone), is_overdue=tab.is_overdue(now))
    text = mail_texts.text_of(tab.venue, tone, language=language_of(tab.venue))
    mail = emails.reminder(bill=bill, standing=standing, text=text)
    rules, zone = tab.terms.reminder_rules, facts_of.zone_of(tab)
    message = messages.write(
        venue=tab.venue,
        tab=tab,
        kind=emails.REMINDER,
        source_key=f"reminder:{row.id}:{row.tries + 1}",
        to=facts_of.email_of(tab),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        reminding=Reminding(send_before=closes_at(now, rules, zone), stop_path=STOP_PATH),
        now=now,
    )
    row.claim(message=message, now=now, by=by)
    return message


def _with_news() -> QuerySet[Reminder]:
    return Reminder.objects.claimed().filter(message__state__in=sorted(FINAL))


@transaction.atomic
def _learn(tab_id: UUID, *, now: datetime) -> int:
    """Note what became of a tab's reminders that stood in the outbox."""
    tab = Tab.objects.lock_if_free(tab_id)
    if tab is None:
        return 0
    rows = list(_with_news().filter(tab_id=tab_id).select_related("message"))
    for row in rows:
        _record(tab, row, now=now)
    return len(rows)


def _record(tab: Tab, row: Reminder, *, now: datetime) -> None:
    """One result; what left, or may have left, is told on the tab."""
    assert row.message is not None
    state = MessageState(row.message.state)
    if state in _TOLD:
        final, kind = _TOLD[state]
        row.finish(final)
        history.record(
            tab_id=tab.id,
            kind=kind,
            at=row.message.sent_at or now,
            by=row.by,
            step=row.step,
            email=masked(row.message.to),
        )
    elif state == MessageState.FAILED:
        stop = facts_of.get_facts(tab, balances.get_standing(tab)).stop
        row.skip(stop or SkipReason.REFUSED, now=now)
    else:
        _put_back(tab, row, now=now)


def _put_back(tab: Tab, row: Reminder, *, now: datetime) -> None:
    """Its mail was withdrawn before it left: look again later, unless the tab has ended."""
    status = TabStatus(tab.status)
    if status in ENDED:
        row.skip(ENDED[status], now=now)
        return
    pause = min(PAUSE * 2**row.tries, LONGEST_PAUSE)
    planned = facts_of.steps_of(tab, asked_at=now).get(row.step)
    row.wait_until(max([now + pause, *([planned.at] if planned else [])]))
