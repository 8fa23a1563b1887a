"""Celery's door into deposits. A task reads the clock, makes one call, and returns."""

from __future__ import annotations

from celery import shared_task

from config.kernel import clock
from deposits.services import closing, following


@shared_task(name="deposits.sweep_unfollowed_deposits")
def sweep_unfollowed_deposits(**_from_newer_callers: object) -> None:
    following.sweep(now=clock.now())


@shared_task(name="deposits.sweep_waiting_links")
def sweep_waiting_links(**_from_newer_callers: object) -> None:
    closing.send_links_that_wait(now=clock.now())
