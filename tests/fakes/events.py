"""Events that were never delivered, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from payments.gateway.snapshots import (
    UndeliveredEvent,
)
from tests.fakes.book import FakeCalls


class FakeEvents(FakeCalls):
    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        self._called("list_undelivered_events")
        yield from [event for event in self.book.undelivered if event.envelope.type in types]
