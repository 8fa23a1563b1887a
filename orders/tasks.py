"""Celery's door into orders. A task reads the clock, makes its call, and returns."""

from __future__ import annotations

from celery import shared_task

from config.kernel import clock
from orders.services import catalogue_import, idempotency, links, mail_limits, messages


@shared_task(name="orders.sweep_unsent_messages")
def sweep_unsent_messages(**_from_newer_callers: object) -> None:
    messages.send_due(now=clock.now())


@shared_task(name="orders.purge_expired_links")
def purge_expired_links(**_from_newer_callers: object) -> None:
    links.purge(now=clock.now())
    idempotency.purge(now=clock.now())
    catalogue_import.purge(now=clock.now())
    mail_limits.purge(now=clock.now())
