"""Payments, in memory."""

from __future__ import annotations

from payments.gateway.errors import NotFound
from payments.gateway.snapshots import (
    PaymentSnapshot,
)
from tests.fakes.book import FakeCalls


class FakePayments(FakeCalls):
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        self._called("get_payment")
        for page in self.book.pages.values():
            if page.payment and page.payment.intent_id == intent_id:
                return page.payment
        raise NotFound
