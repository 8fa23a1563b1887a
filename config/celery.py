"""Background work: the Celery application and the table of sweeps that beat runs.

Every entry is a sweep over stored state that is safe to run twice or beside itself. Missing a tick
costs time, never truth, so each entry expires when the next one is due: a worker that was away
finds one sweep of each kind waiting, not a heap of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from celery import Celery
from celery.app.task import Task
from celery.signals import beat_init, task_prerun
from django.core.cache import cache

from config.kernel import clock
from config.kernel.nudge import begun, nudge

HEARTBEAT_KEY: Final = "config:heartbeat"
HEARTBEAT_PERIOD: Final = timedelta(seconds=30)
HEARTBEAT_KEPT: Final = timedelta(days=7)


def _every(period: timedelta, task: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": period,
        "options": {"expires": period.total_seconds()},
    }


celery_app = Celery("afterward")
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()
celery_app.conf.beat_schedule = {
    "heartbeat": _every(HEARTBEAT_PERIOD, "config.record_heartbeat"),
    "unsent messages": _every(timedelta(seconds=10), "orders.sweep_unsent_messages"),
    "expired links": _every(timedelta(days=1), "orders.purge_expired_links"),
    "unhandled events": _every(timedelta(seconds=15), "payments.sweep_unhandled_events"),
    "open operations": _every(timedelta(minutes=1), "payments.sweep_open_operations"),
    "open pages": _every(timedelta(minutes=1), "payments.sweep_open_pages"),
    "undelivered events": _every(timedelta(minutes=5), "payments.sweep_undelivered_events"),
    "due reminders": _every(timedelta(minutes=1), "payments.sweep_due_reminders"),
    "daily summaries": _every(timedelta(minutes=5), "payments.sweep_daily_summaries"),
    "planned refunds": _every(timedelta(minutes=1), "payments.sweep_planned_refunds"),
    "refunds at Stripe": _every(timedelta(hours=1), "payments.sweep_refunds"),
    "refused accounts": _every(timedelta(minutes=1), "payments.sweep_refused_accounts"),
    "old webhooks": _every(timedelta(hours=1), "payments.sweep_old_webhooks"),
    "automatic settlements": _every(timedelta(minutes=1), "payments.sweep_auto_settlements"),
    "cards on file": _every(timedelta(minutes=10), "payments.sweep_card_consents"),
    "open disputes": _every(timedelta(minutes=15), "payments.sweep_open_disputes"),
    "missed disputes": _every(timedelta(days=1), "payments.sweep_missed_disputes"),
    "disputes due": _every(timedelta(hours=1), "payments.sweep_disputes_due"),
    "books": _every(timedelta(days=1), "payments.sweep_books"),
    "holds": _every(timedelta(minutes=1), "payments.sweep_due_holds"),
    "deposits": _every(timedelta(minutes=1), "deposits.sweep_unfollowed_deposits"),
    "waiting links": _every(timedelta(minutes=1), "deposits.sweep_waiting_links"),
    "uncharged tabs": _every(timedelta(minutes=5), "payments.sweep_uncharged_tabs"),
}


def sweep_periods() -> dict[str, timedelta]:
    """How often each sweep is due, by the name of its task."""
    return {
        entry["task"]: entry["schedule"]
        for entry in celery_app.conf.beat_schedule.values()
        if not entry["task"].startswith("config.")
    }


@celery_app.task(name="config.record_heartbeat")
def record_heartbeat() -> None:
    """Show that beat, broker, worker and cache all work: a health page reads the time left here."""
    cache.set(HEARTBEAT_KEY, clock.now(), timeout=HEARTBEAT_KEPT.total_seconds())


@task_prerun.connect
def _tell_that_it_has_begun(sender: Task[Any, Any], **_kwargs: object) -> None:
    begun(sender.name)


@beat_init.connect
def _beat_once_at_start(**_kwargs: object) -> None:
    """Do not make whoever starts the house wait a whole period for the first sign of life."""
    nudge(record_heartbeat)
