"""Payments, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from payments.gateway.errors import NotFound
from payments.gateway.snapshots import IntentStatus, PaymentSnapshot
from tests.fakes.book import FakeCalls


class FakePayments(FakeCalls):
    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        self._called("get_payment")
        for payment in self._payments():
            if payment.intent_id == intent_id:
                return payment
        raise NotFound

    def release_payment(self, intent_id: str, *, key: str) -> PaymentSnapshot:
        self._called("release_payment")
        if intent_id not in self.book.intents:
            raise NotFound
        payment = self.book.intents[intent_id]
        if payment.status != IntentStatus.SUCCEEDED:
            self.book.intents[intent_id] = replace(payment, status=IntentStatus.CANCELED)
        self._answer()
        return self.book.intents[intent_id]

    def list_payments(self, *, since: datetime) -> Iterator[PaymentSnapshot]:
        self._called("list_payments")
        yield from reversed(self._payments())

    def _payments(self) -> list[PaymentSnapshot]:
        on_pages = [page.payment for page in self.book.pages.values() if page.payment]
        return [*on_pages, *self.book.intents.values()]
