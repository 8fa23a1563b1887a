"""Ask for a sweep now instead of at its next tick. A dead broker is no error."""

from __future__ import annotations

import logging
from typing import Any

from celery.app.task import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge(sweep: Task[Any, Any]) -> None:
    """Queue one run of `sweep`; when the broker is away its beat tick does the work later."""
    try:
        sweep.apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError):
        logger.warning("The broker is away; %s waits for its tick", sweep.name)
