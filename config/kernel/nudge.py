"""Ask for a sweep now instead of at its next tick. A dead broker is no error."""

from __future__ import annotations

import logging
from typing import Any, Final

from celery.app.task import Task
from django.core.cache import cache
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


# Should a queued run get lost, its sweep can be asked for again after so many seconds.
WAITED_FOR: Final = 10


def nudge(sweep: Task[Any, Any]) -> None:
    """Queue one run of `sweep`, unless one waits that has not begun: it will find this work too.

    When the broker is away its beat tick does the work later.
    """
    if not _is_first(sweep.name):
        return
    try:
        sweep.apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError):
        logger.warning("The broker is away; %s waits for its tick", sweep.name)


def begun(name: str) -> None:
    """A run has begun: what is committed from now on it may miss, so that is worth another one."""
    try:
        cache.delete(_key(name))
    except Exception:  # noqa: BLE001  # Each cache has its own errors; nudges wait their seconds.
        logger.warning("The cache does not answer; %s may come later", name)


def _is_first(name: str) -> bool:
    try:
        return cache.add(_key(name), 1, timeout=WAITED_FOR)
    except Exception:  # noqa: BLE001  # Each cache has its own errors.
        # Broker and cache are one Redis: nobody is made to wait for it twice.
        logger.warning("The cache does not answer; %s waits for its tick", name)
        return False


def _key(name: str) -> str:
    return f"nudged:{name}"
