"""Two addresses for load balancers and the supervisor: is this process alive, is it of use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import HEARTBEAT_KEY, sweep_periods
from config.kernel import clock
from orders.selectors.mail_limits import get_pace
from orders.selectors.sweeps import list_beats

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)
UNAVAILABLE = 503


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can: it asks nothing of anybody else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say whether pages can be served. Only the database decides: a lost broker delays work."""
    database = _database_answers()
    cache_answers, age = _heartbeat_age()
    return JsonResponse(
        {
            "database": "ok" if database else "down",
            "cache": "ok" if cache_answers else "down",
            "heartbeat_age_seconds": age,
        },
        status=200 if database else UNAVAILABLE,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def _heartbeat_age() -> tuple[bool, float | None]:
    """Whether the cache answers, and how long ago beat and worker last showed they are there."""
    try:
        beaten = cache.get(HEARTBEAT_KEY)
    except Exception:  # noqa: BLE001  # Each cache has its own errors; this page must survive all.
        logger.warning("The cache does not answer")
        return False, None
    return True, None if beaten is None else round((clock.now() - beaten).total_seconds(), 1)


@never_cache
@require_safe
def sweeps(request: HttpRequest) -> HttpResponse:
    """For whoever watches over the machine: every sweep and its last end; red when one is late."""
    beats = list_beats(sweep_periods(), now=clock.now())
    is_late = any(beat.is_late for beat in beats)
    status = UNAVAILABLE if is_late else 200
    context = {"beats": beats, "is_late": is_late, "pace": get_pace(now=clock.now())}
    return render(request, "front/health.html", context, status=status)
