"""The reminders of one tab, as staff see them: what was sent, what comes, what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orders.models import Tab
from orders.rules.mail_stops import StopReason
from orders.rules.reminder_rules import Tone
from orders.selectors import mail_stops
from payments.models import Reminder
from payments.models.reminder import BY_HAND
from payments.rules.reminder_states import ReminderState, SkipReason
from payments.selectors import card_on_file
from payments.selectors.reminders import email_of, zone_of

NAMES: dict[str, Promise] = {
    Tone.BEFORE: _("A note ahead"),
    Tone.DUE: _("Pay-by day"),
    Tone.AFTER: _("Gentle nudge"),
    Tone.LAST: _("The last note"),
}
WHY: dict[str, Promise] = {
    SkipReason.SETTLED: _("not needed: paid"),
    SkipReason.NOTHING_LEFT: _("not needed: paid"),
    SkipReason.VOIDED: _("not needed: voided"),
    SkipReason.WRITTEN_OFF: _("not needed: written off"),
    SkipReason.REOPENED: _("left out: the tab was reopened"),
    SkipReason.NO_ADDRESS: _("left out: no address"),
    SkipReason.UNSUBSCRIBED: _("left out: the guest wants none"),
    SkipReason.STOPPED: _("left out: reminders are stopped"),
    SkipReason.BOUNCED: _("left out: mail to this address came back"),
    SkipReason.REFUSED: _("the mail server would not take it"),
    SkipReason.EXTENDED: _("left out: a later day was agreed"),
    SkipReason.TOO_SOON: _("left out: too soon after the link"),
    SkipReason.OVERTAKEN: _("left out: a later one went instead"),
    SkipReason.PAYING_CASH: _("left out: the guest will pay cash"),
    SkipReason.BY_STAFF: _("skipped"),
    SkipReason.CARD_ON_FILE: _("left out: a card on file pays"),
    SkipReason.DISPUTED: _("left out: the guest’s bank took a payment back"),
}
STOPS: dict[str, Promise] = {
    StopReason.UNSUBSCRIBED: _("The guest has stopped reminders."),
    StopReason.STAFF: _("Reminders to this guest are stopped."),
    StopReason.BOUNCED: _("Mail to this address comes back. Ask for another one."),
    StopReason.COMPLAINED: _("The guest marked our mail as unwanted; none is sent."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder. `at` is when it left, was decided on, or comes, in the guest's own time."""

    id: UUID
    name: str
    at: datetime
    icon: str
    note: str
    may_skip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """`stop` says why none go out; empty while they may."""

    steps: tuple[Step, ...]
    stop: str
    may_send: bool
    may_stop: bool


def get_reminding(tab: Tab) -> Reminding:
    """In as many statements for any tab: its rows with their mails, and what stands in the way."""
    rows = list(tab.reminders.select_related("message").order_by("due_at", "step"))
    stop = mail_stops.find(venue_id=tab.venue_id, email=email_of(tab))
    is_planned = any(row.state == ReminderState.DUE for row in rows)
    unless = _what_comes_first(tab) if is_planned else ""
    may_write = tab.is_owing and bool(email_of(tab))
    return Reminding(
        steps=tuple(_step(tab, row, unless) for row in rows),
        stop=str(STOPS[stop.reason]) if stop else "",
        may_send=may_write and stop is None,
        may_stop=may_write,
    )


def _what_comes_first(tab: Tab) -> str:
    """On what a reminder that is still to come depends; on a settled tab none comes."""
    if tab.is_settled:
        return str(WHY[SkipReason.SETTLED])
    if card_on_file.is_settling_itself(tab):
        return gettext("only if the card on file does not pay")
    return gettext("if still unpaid")


def _step(tab: Tab, row: Reminder, unless: str) -> Step:
    is_coming = row.state == ReminderState.DUE
    sent_at = row.message.sent_at if row.message else None
    at = row.due_at if is_coming else sent_at or row.decided_at or row.due_at
    icon, note = _outcome(row, unless)
    return Step(
        id=row.id,
        name=gettext("Sent by hand") if row.step >= BY_HAND else str(NAMES[row.tone]),
        at=at.astimezone(zone_of(tab)),
        icon=icon,
        note=note,
        may_skip=is_coming and tab.is_owing,
    )


def _outcome(row: Reminder, unless: str) -> tuple[str, str]:
    if row.state == ReminderState.SKIPPED:
        return "ban", str(WHY[row.reason])
    outcomes = {
        ReminderState.DUE: ("clock", unless),
        ReminderState.CLAIMED: ("send", gettext("on its way")),
        ReminderState.SENT: ("check", gettext("sent")),
        ReminderState.UNKNOWN: ("alert", gettext("may have left; not sent again")),
    }
    return outcomes[ReminderState(row.state)]
