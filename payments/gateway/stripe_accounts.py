"""Stripe's accounts: whose they are, what a key may do there, and where their events go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import stripe

from config.kernel.transactions import outside_transaction
from payments.gateway.envelopes import EVENT_TYPES
from payments.gateway.errors import CredentialsInvalid, NotFound
from payments.gateway.snapshots import AccountSnapshot, WebhookEndpoint
from payments.gateway.stripe_client import StripeCalls, our_errors

ONE: Final = 1


class StripeAccounts(StripeCalls):
    @outside_transaction
    def check_account(self) -> AccountSnapshot:
        """A restricted key that lacks a permission says so itself: each is tried by looking."""
        with our_errors():
            account = self._stripe.v1.accounts.retrieve_current()
        # What an account says of itself depends on who asks: nothing of it is sure to be there.
        dashboard = (account.to_dict().get("settings") or {}).get("dashboard") or {}
        return AccountSnapshot(
            account_id=account.id,
            name=str(dashboard.get("display_name") or ""),
            takes_payments=bool(account.charges_enabled),
            missing=tuple(what for what, look in self._looks().items() if not _may(look)),
        )

    @outside_transaction
    def open_webhook(self, url: str, *, key: str) -> WebhookEndpoint:
        with our_errors():
            made = self._stripe.v1.webhook_endpoints.create(
                {
                    "url": url,
                    # The events' shape is the endpoint's, not the client's.
                    "api_version": "2026-10-28.endive",
                    "enabled_events": list(EVENT_TYPES),
                    "description": "Afterward",
                },
                {"idempotency_key": key},
            )
        return WebhookEndpoint(endpoint_id=made.id, secret=str(made.secret))

    @outside_transaction
    def close_webhook(self, endpoint_id: str) -> None:
        try:
            with our_errors():
                self._stripe.v1.webhook_endpoints.delete(endpoint_id)
        except NotFound:
            return

    def _looks(self) -> dict[str, Callable[[], object]]:
        """What we need at an account, by the name its permission has in Stripe's dashboard."""
        api = self._stripe.v1
        return {
            "Checkout Sessions": lambda: api.checkout.sessions.list({"limit": ONE}),
            "PaymentIntents": lambda: api.payment_intents.list({"limit": ONE}),
            "Customers": lambda: api.customers.list({"limit": ONE}),
            "Refunds": lambda: api.refunds.list({"limit": ONE}),
            "Disputes": lambda: api.disputes.list({"limit": ONE}),
            "Events": lambda: api.events.list({"limit": ONE}),
            "Webhook Endpoints": lambda: api.webhook_endpoints.list({"limit": ONE}),
        }


def _may(look: Callable[[], object]) -> bool:
    try:
        with our_errors():
            look()
    except CredentialsInvalid as error:
        if isinstance(error.__cause__, stripe.PermissionError):
            return False
        raise
    return True
