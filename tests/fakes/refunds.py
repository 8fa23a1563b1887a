"""Refunds, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from payments.gateway.errors import GatewayBug, NotFound, NotRefundable
from payments.gateway.snapshots import RefundSnapshot
from payments.gateway.specs import RefundSpec
from tests.fakes.book import FakeCalls


class FakeRefunds(FakeCalls):
    def refund(self, spec: RefundSpec, *, key: str) -> RefundSnapshot:
        self._called("refund")
        known = self.book.keys.get(key)
        if known is None:
            if self.book.left_of(spec.intent_id) < spec.amount:
                raise NotRefundable
            made = self.book.give_back(
                spec.intent_id, spec.amount, at=datetime.now(tz=UTC), **spec.metadata
            )
            known = self.book.keys[key] = (spec, made.refund_id)
        if known[0] != spec:
            raise GatewayBug("The key was used for other words.")
        self._answer()
        return self.book.refunds[known[1]]

    def get_refund(self, refund_id: str) -> RefundSnapshot:
        self._called("get_refund")
        if refund_id not in self.book.refunds:
            raise NotFound
        return self.book.refunds[refund_id]

    def list_refunds(self, *, since: datetime) -> Iterator[RefundSnapshot]:
        self._called("list_refunds")
        yield from reversed(list(self.book.refunds.values()))

    def list_refunds_of(self, intent_id: str) -> Iterator[RefundSnapshot]:
        self._called("list_refunds_of")
        refunds = reversed(list(self.book.refunds.values()))
        yield from [refund for refund in refunds if refund.intent_id == intent_id]
