"""Pages to pay on, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from config.kernel.money import smallest_charge
from payments.gateway.errors import AmountTooSmall, GatewayBug, NotFound
from payments.gateway.snapshots import (
    CheckoutSnapshot,
    PageStatus,
)
from payments.gateway.specs import CheckoutSpec
from tests.fakes.book import FakeCalls


class FakeCheckout(FakeCalls):
    def open_payment_checkout(self, spec: CheckoutSpec, *, key: str) -> CheckoutSnapshot:
        self._called("open_payment_checkout")
        known = self.book.keys.get(key)
        if known is None:
            if spec.amount + spec.tip < smallest_charge(spec.amount.currency):
                raise AmountTooSmall
            session_id = f"cs_{len(self.book.pages) + 1}"
            self.book.charges[session_id] = spec.amount + spec.tip
            self.book.pages[session_id] = CheckoutSnapshot(
                session_id=session_id,
                url=f"https://pages.example/{session_id}",
                status=PageStatus.OPEN,
                email=spec.email,
                payment=None,
                metadata=spec.metadata,
            )
            known = self.book.keys[key] = (spec, session_id)
            if spec.is_hold:
                self.book.holding.add(session_id)
        if known[0] != spec:
            raise GatewayBug("The key was used for other words.")
        self._answer()
        return self.book.pages[known[1]]

    def get_checkout(self, session_id: str) -> CheckoutSnapshot:
        self._called("get_checkout")
        if session_id not in self.book.pages:
            raise NotFound
        return self.book.pages[session_id]

    def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSnapshot:
        self._called("expire_checkout")
        page = self.get_checkout(session_id)
        if page.status == PageStatus.OPEN:
            self.book.run_out(session_id)
        self._answer()
        return self.book.pages[session_id]

    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        self._called("list_checkouts")
        yield from reversed(list(self.book.pages.values()))
