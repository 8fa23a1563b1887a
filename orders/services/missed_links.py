"""Guessing secret links: misses are counted for each address, at each door, for a minute.

Honest people follow links that exist, so a full café on one address never notices. Where the cache
is away nothing is counted: a secret of 256 bits is not guessed in that time, and guests get in.
"""

from __future__ import annotations

import logging
from typing import Final

from django.core.cache import cache

from orders.services import tries

logger = logging.getLogger(__name__)
MOST: Final = 30
SECONDS: Final = 60


def count_miss(door: str, address: str) -> bool:
    """Count a link that led nowhere; whether there were too many of them."""
    try:
        tries.count_try(_key(door, address), most=MOST, seconds=SECONDS)
    except tries.TooManyTries:
        logger.warning("Somebody guesses links")
        return True
    except Exception:  # noqa: BLE001  # Each cache has its own errors.
        logger.warning("The cache does not answer; misses are not counted")
    return False


def is_guessing(door: str, address: str) -> bool:
    """Whether as many links as may be were missed from there already."""
    try:
        return bool(cache.get(_key(door, address), 0) >= MOST)
    except Exception:  # noqa: BLE001  # As above.
        logger.warning("The cache does not answer; misses are not counted")
        return False


def _key(door: str, address: str) -> str:
    return f"{door}-misses:{address}"
