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
TOLD_AT_A_TIME: Final = 1000
# For each caller in this minute: calls the cache does not know of, and those of all it knew last.
_counts: Final[dict[tuple[str, int], tuple[int, int]]] = {}


class CallsPerMinute(BaseThrottle):
    """Counts in whole minutes: one number to raise in the cache, not a list of times to rewrite.

    Each process tells the cache of its calls a thousandth of the limit at a time, so that a busy
    till does not wait for the cache with every call. So far it may be wrong, and no farther.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # DRF's signature.
        most: int = settings.API_CALLS_PER_MINUTE
        window = int(time.time()) // MINUTE
        name = f"api-calls:{request.user.pk or self.get_ident(request)}:{window}"
        untold, known = _count(name, most, window)
        if untold < max(most // TOLD_AT_A_TIME, 1):
            return known + untold <= most
        try:
            cache.add(name, 0, timeout=2 * MINUTE)
            known = cache.incr(name, untold)
        except Exception:  # noqa: BLE001  # Each cache has its own errors; work must go on.
            logger.warning("The cache does not answer; calls are not counted")
            return True
        _counts[name, most] = 0, known
        return bool(known <= most)

    def wait(self) -> float:
        """Until the next whole minute."""
        return MINUTE - time.time() % MINUTE


def _count(name: str, most: int, window: int) -> tuple[int, int]:
    """One call more. Of minutes that are over nothing is kept."""
    if (name, most) not in _counts:
        for old in [key for key in _counts if not key[0].endswith(f":{window}")]:
            _counts.pop(old, None)
    untold, known = _counts.get((name, most), (0, 0))
    _counts[name, most] = untold + 1, known
    return untold + 1, known
