"""The outbox: mails are written with the business change, and leave when the sweep sends them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from config.kernel.events import publish
from config.kernel.prepared import insert
from config.kernel.transactions import outside_transaction
from orders import events
from orders.models import Invitation, MailStop, Message, Tab, Venue
from orders.models.message import MessageQuerySet
from orders.rules.deliveries import Fault, read_fault
from orders.rules.mail_stops import StopReason
from orders.rules.messages import LEASE, MessageState, retry_after
from orders.services import envelopes, mail_limits, mail_stops

logger = logging.getLogger(__name__)

ACCEPTED: Final = "accepted"
TORN: Final = "the sender stopped before it knew"
NOT_WANTED: Final = "no longer wanted: paid, stopped, or too late in the day"
UNREACHABLE: Final = "not sent: earlier mail to this address came back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """What makes a mail a reminder: when it is too late for it, and where it is stopped."""

    send_before: datetime
    stop_path: str


def write(
    *,
    venue: Venue,
    tab: Tab | None,
    kind: str,
    source_key: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    link_path: str = "",
    invitation: Invitation | None = None,
    reminding: Reminding | None = None,
    thing_id: UUID | None = None,
    calendar: str = "",
    may_repeat: bool = True,
) -> Message:
    """Put a mail in the outbox, in the transaction that gives the reason for it.

    The same `source_key` again is the same mail. Without `may_repeat` it names something that the
    same transaction has made, so that it cannot be there, and no savepoint is needed. A reminder
    waits for the next tick: it is in no hurry, and there may be thousands.
    """
    message = Message(
        venue=venue,
        tab=tab,
        invitation=invitation,
        thing_id=thing_id,
        kind=kind,
        source_key=source_key,
        to=to,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
        link_path=link_path,
        **_envelope(venue, reminding, now=now),
    )
    return _put(message, may_repeat=may_repeat)


def _put(message: Message, *, may_repeat: bool) -> Message:
    try:
        with transaction.atomic(savepoint=may_repeat):
            insert(message)
    except IntegrityError:
        if not may_repeat:
            raise
        return Message.objects.get(source_key=message.source_key)
    if not message.is_reminder:
        publish(events.MessageWritten(message_id=message.id))
    return message


def withdraw_reminders(*, tab_id: UUID) -> int:
    """Take back reminders that have not left: what they say is true no longer; how many."""
    waiting = Message.objects.filter(tab_id=tab_id, is_reminder=True, state=MessageState.DUE)
    return waiting.update(state=MessageState.WITHDRAWN, result=NOT_WANTED)


def _envelope(venue: Venue, reminding: Reminding | None, *, now: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "from_name": venue.name,
        "reply_to": venue.reply_to,
        "due_at": now,
        "created_at": now,
    }
    return fields | {"is_reminder": True} | asdict(reminding) if reminding else fields


@outside_transaction
def send_due(*, now: datetime, limit: int = 50) -> int:
    """Send what is due over one connection; how many mails were accepted.

    Safe beside itself: each mail is claimed for a while by whoever sends it.
    """
    Message.objects.torn(now).update(state=MessageState.UNKNOWN, result=TORN, claimed_until=None)
    return _deliver(_claim(Message.objects.unsent(now), now=now, limit=limit), now=now)


@outside_transaction
def send_one(message_id: UUID, now: datetime) -> int:
    """Send one mail now if it has not left, also when its next try would be later."""
    waiting = Message.objects.unsent(now) | Message.objects.filter(state=MessageState.DUE)
    return _deliver(_claim(waiting.filter(id=message_id), now=now, limit=1), now=now)


@transaction.atomic
def _claim(waiting: QuerySet[Message], *, now: datetime, limit: int) -> list[Message]:
    """Take mails that nobody else is taking. SQLite lets one writer in at a time anyway."""
    ordered = waiting.order_by("is_reminder", "due_at", "created_at")
    ids = mail_limits.choose(ordered.select_for_update(skip_locked=True), now=now, most=limit)
    if not ids:
        return []
    Message.objects.filter(id__in=ids).update(
        state=MessageState.CLAIMED, claimed_until=now + LEASE, attempts=F("attempts") + 1
    )
    first = Message.objects.filter(tab=OuterRef("tab"), to=OuterRef("to"))
    first_id = Subquery(first.order_by("created_at", "id").values("id")[:1])
    stops = MailStop.objects.total().filter(venue=OuterRef("venue"), email=OuterRef("to"))
    return list(
        Message.objects.filter(id__in=ids)
        .annotate(first_id=first_id, is_unreachable=Exists(stops))
        .order_by("is_reminder", "due_at", "created_at")
    )


def _deliver(claimed: Sequence[Message], *, now: datetime) -> int:
    """Send over one connection. A server that does not answer is asked once, not for each mail."""
    if not claimed:
        return 0
    connection, sent = get_connection(), 0
    try:
        for index, message in enumerate(claimed):
            fault = _open(connection)
            if fault is not None:
                for waiting in claimed[index:]:
                    _record_fault(waiting, fault, now=now)
                break
            sent += _send(message, connection, now=now)
    finally:
        _close(connection)
    return sent


def _open(connection: BaseEmailBackend) -> Fault | None:
    """Open the connection unless it is; the fault if the server will not have us."""
    try:
        connection.open()
    except OSError as error:  # Every error of smtplib is one.
        fault = read_fault(error)
        logger.warning("No mail leaves: %s", fault.result)
        return fault
    return None


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()


def _send(message: Message, connection: BaseEmailBackend, *, now: datetime) -> bool:
    """One mail, whose fault is nobody else's."""
    try:
        mail = envelopes.compose(message, connection=connection, now=now)
        if not _hand_over(message, now=now):
            return False
        mail.send()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others still go.
        fault = read_fault(error)
        logger.warning("Mail %s did not leave: %s", message.id, fault.result)
        if fault.breaks_connection:
            _close(connection)
        _record_fault(message, fault, now=now)
        return False
    _record(message, state=MessageState.SENT, result=ACCEPTED, sent_at=now)
    return True


def _hand_over(message: Message, *, now: datetime) -> bool:
    """Look once more whether the mail may leave; a reminder is marked, so that it goes once."""
    if getattr(message, "is_unreachable", False):
        _record(message, state=MessageState.FAILED, result=UNREACHABLE)
        return False
    if not message.is_reminder:
        return True
    ready = _own(message).ready_to_remind().filter(send_before__gt=now)
    if ready.update(state=MessageState.SENDING):
        message.state = MessageState.SENDING
        return True
    _record(message, state=MessageState.WITHDRAWN, result=NOT_WANTED)
    return False


def _record_fault(message: Message, fault: Fault, *, now: datetime) -> None:
    if fault.is_permanent and fault.is_of_address:
        mail_stops.stop(
            venue=message.venue,
            email=message.to,
            reason=StopReason.BOUNCED,
            detail=fault.result,
            now=now,
        )
    wait = None if fault.is_permanent else retry_after(message.attempts)
    if message.state == MessageState.SENDING and fault.is_unclear:
        _record(message, state=MessageState.UNKNOWN, result=fault.result)
    elif wait is None:
        _record(message, state=MessageState.FAILED, result=fault.result)
    elif message.send_before is not None and now + wait >= message.send_before:
        _record(message, state=MessageState.WITHDRAWN, result=fault.result)
    else:
        _record(message, state=MessageState.DUE, result=fault.result, due_at=now + wait)


def _record(message: Message, **outcome: object) -> None:
    """Keep what became of it, unless the lease ran out and another worker has it now."""
    _own(message).update(claimed_until=None, **outcome)


def _own(message: Message) -> MessageQuerySet:
    """The mail, as long as it is the one this worker claimed."""
    return Message.objects.filter(
        id=message.id,
        state__in=[MessageState.CLAIMED, MessageState.SENDING],
        claimed_until=message.claimed_until,
    )
