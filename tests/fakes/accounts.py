"""Accounts, their permissions and their webhook endpoints, in memory."""

from __future__ import annotations

from payments.gateway.snapshots import AccountSnapshot, WebhookEndpoint
from tests.fakes.book import FakeCalls


class FakeAccounts(FakeCalls):
    def check_account(self) -> AccountSnapshot:
        self._called("check_account")
        return AccountSnapshot(
            account_id=f"acct_of_{self.credentials.api_key[-6:]}",
            name="A Stripe account",
            takes_payments=True,
            missing=self.book.missing.get(self.credentials.api_key, ()),
        )

    def open_webhook(self, url: str, *, key: str) -> WebhookEndpoint:
        self._called("open_webhook")
        endpoint = self.book.endpoints.get(key) or WebhookEndpoint(
            endpoint_id=f"we_{len(self.book.endpoints) + 1}",
            secret=f"whsec_{len(self.book.endpoints) + 1}",
        )
        self.book.endpoints[key] = endpoint
        self._answer()
        return endpoint

    def close_webhook(self, endpoint_id: str) -> None:
        self._called("close_webhook")
        self.book.endpoints = {
            key: each
            for key, each in self.book.endpoints.items()
            if each.endpoint_id != endpoint_id
        }
