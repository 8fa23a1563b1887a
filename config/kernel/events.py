"""Facts that have been committed, and who wants to hear them.

Calls go down the layers; events are the only way up. An event carries ids, never objects, and is
delivered after commit. Delivery is a hint for speed: every reaction is a sweep over stored state
that also runs by itself, so a lost event costs minutes, never money.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of every published fact. Name subclasses in the past tense."""


E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]

_handlers: defaultdict[type[Event], list[Handler[Any]]] = defaultdict(list)


def subscribe(*event_types: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Call the decorated handler after each of these facts has been committed."""

    def register(handler: Handler[E]) -> Handler[E]:
        for event_type in event_types:
            _handlers[event_type].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Announce a fact once the surrounding transaction has been committed."""
    transaction.on_commit(partial(_deliver, event), robust=True)


def _deliver(event: Event) -> None:
    for handler in _handlers[type(event)]:
        try:
            handler(event)
        except Exception:
            logger.exception("%s failed; the sweep will do its work", handler.__name__)
