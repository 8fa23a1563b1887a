"""Payments, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from config.kernel.money import Money
from payments.gateway.errors import GatewayBug
from payments.gateway.snapshots import IntentStatus, PaymentSnapshot
from tests.fakes.book import FakeCalls


class FakePayments(FakeCalls):
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        self._called("get_payment")
        return self.book.payment(intent_id)

    def release_payment(self, intent_id: str, *, key: str) -> PaymentSnapshot:
        self._called("release_payment")
        payment = self.book.payment(intent_id)
        if payment.status != IntentStatus.SUCCEEDED:
            payment = self.book.put(replace(payment, status=IntentStatus.CANCELED))
        self._answer()
        return payment

    def capture(self, intent_id: str, amount: Money, *, key: str) -> PaymentSnapshot:
        self._called("capture")
        payment = self.book.payment(intent_id)
        if payment.status == IntentStatus.HELD:
            if not payment.amount.minor >= amount.minor > 0:
                raise GatewayBug("amount_too_large")
            payment = self.book.put(
                replace(payment, status=IntentStatus.SUCCEEDED, received=amount)
            )
        self._answer()
        return payment

    def list_payments(self, *, since: datetime) -> Iterator[PaymentSnapshot]:
        self._called("list_payments")
        yield from reversed(self.book.payments())
