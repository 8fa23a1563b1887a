"""What tests of orders share: an ear for the facts that services announce."""

from __future__ import annotations

from collections import defaultdict

import pytest

from config.kernel import events
from config.kernel.events import Event, subscribe
from orders.events import MessageWritten, TabClosed, TabSettled


@pytest.fixture
def heard_facts(monkeypatch):
    """Facts in the order they were announced; nobody else hears them."""
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    heard: list[Event] = []
    subscribe(TabClosed, TabSettled, MessageWritten)(heard.append)
    return heard
