"""How many calls one caller may make in a minute. A dead cache lets everybody through."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    # DRF reads this class from settings while it makes its own.
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)
MINUTE: Final = 60


class CallsPerMinute(BaseThrottle):
    """Counts in whole minutes: one number to raise in the cache, not a list of times to rewrite."""

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # DRF's signature.
        window = int(time.time()) // MINUTE
        name = f"api-calls:{request.user.pk or self.get_ident(request)}:{window}"
        try:
            cache.add(name, 0, timeout=2 * MINUTE)
            calls = cache.incr(name)
        except Exception:  # noqa: BLE001  # Each cache has its own errors; work must go on.
            logger.warning("The cache does not answer; calls are not counted")
            return True
        return bool(calls <= settings.API_CALLS_PER_MINUTE)

    def wait(self) -> float:
        """Until the next whole minute."""
        return MINUTE - time.time() % MINUTE
