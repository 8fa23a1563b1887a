"""The balance, in memory: what moved it, and what went to the bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from payments.gateway.snapshots import MovementSnapshot, PayoutSnapshot
from tests.fakes.book import FakeCalls


class FakeBalance(FakeCalls):
    def list_movements(self, *, since: datetime) -> Iterator[MovementSnapshot]:
        self._called("list_movements")
        yield from [each for each in reversed(self.book.movements) if each.happened_at >= since]

    def list_movements_of(self, payout_id: str) -> Iterator[MovementSnapshot]:
        self._called("list_movements_of")
        yield from self.book.payouts[payout_id][1]

    def list_payouts(self, *, since: datetime) -> Iterator[PayoutSnapshot]:
        self._called("list_payouts")
        made = [payout for payout, _movements in self.book.payouts.values()]
        yield from [each for each in reversed(made) if each.created_at >= since]
