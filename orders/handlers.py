"""What orders does when something happened. One line per reaction."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from celery.signals import task_success
from django.dispatch import receiver

from config.kernel import clock
from config.kernel.events import subscribe
from config.kernel.nudge import nudge
from orders import tasks
from orders.events import MessageWritten
from orders.services import mail_reports, sweeps


@subscribe(MessageWritten)
def send_message(_event: MessageWritten) -> None:
    nudge(tasks.sweep_unsent_messages)


@task_success.connect
def note_sweep(sender: Any = None, **_facts: object) -> None:
    if ".sweep_" in sender.name or ".purge_" in sender.name:
        sweeps.note_end(name=sender.name, now=clock.now())


@receiver(tracking)
def note_mail_report(*, event: Any, **_facts: object) -> None:
    mail_reports.take(
        kind=event.event_type,
        message_key=str((event.metadata or {}).get("message", "")),
        detail=event.mta_response or event.description or "",
        now=clock.now(),
    )
