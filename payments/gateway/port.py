"""What we need from a card processor.

Nothing here mentions Stripe, and nothing outside this package may import its library. What is
asked for stands in `specs`, what comes back in `snapshots`, and how a call goes wrong in `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from config.kernel.money import Money
from payments.gateway.snapshots import (
    AccountSnapshot,
    CardSnapshot,
    ChargeOutcome,
    CheckoutSnapshot,
    DisputeSnapshot,
    HoldOutcome,
    MovementSnapshot,
    PaymentSnapshot,
    PayoutSnapshot,
    RefundSnapshot,
    SetupSnapshot,
    UndeliveredEvent,
    WebhookEndpoint,
)
from payments.gateway.specs import (
    CheckoutSpec,
    CustomerSpec,
    EvidenceSpec,
    RefundSpec,
    SavedChargeSpec,
    SetupSpec,
)


class PaymentGateway(Protocol):
    """One account at the processor. Every change is idempotent under `key`.

    Every call must run outside a transaction.

    :raises OutcomeUnknown, Busy, CredentialsInvalid, GatewayBug: any call.
    """

    def open_payment_checkout(self, spec: CheckoutSpec, *, key: str) -> CheckoutSnapshot:
        """:raises AmountTooSmall: the processor does not charge so little."""
        ...

    def get_checkout(self, session_id: str) -> CheckoutSnapshot:
        """:raises NotFound: no such page in this account."""
        ...

    def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSnapshot:
        """Close a page. One that is no longer open is no error: it comes back as it is."""
        ...

    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        """:raises NotFound: no such payment in this account."""
        ...

    def refund(self, spec: RefundSpec, *, key: str) -> RefundSnapshot:
        """:raises NotRefundable: the payment does not have so much left."""
        ...

    def get_refund(self, refund_id: str) -> RefundSnapshot:
        """:raises NotFound: no such refund in this account."""
        ...

    def list_refunds(self, *, since: datetime) -> Iterator[RefundSnapshot]:
        """Every refund made since then, whoever made it, newest first."""
        ...

    def list_refunds_of(self, intent_id: str) -> Iterator[RefundSnapshot]:
        """Every refund of one payment, newest first."""
        ...

    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        """Every page created since then, newest first."""
        ...

    def get_dispute(self, dispute_id: str) -> DisputeSnapshot:
        """:raises NotFound: no such dispute in this account."""
        ...

    def list_disputes(self, *, since: datetime) -> Iterator[DisputeSnapshot]:
        """Every dispute opened since then, newest first."""
        ...

    def submit_evidence(
        self, dispute_id: str, evidence: EvidenceSpec, *, key: str
    ) -> DisputeSnapshot:
        """Put evidence before the bank, for good: it is looked at once.

        :raises NotFound: no such dispute in this account.
        :raises GatewayBug: it waits for no answer any more.
        """
        ...

    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        """Events of these types that never reached us, newest first."""
        ...

    def check_account(self) -> AccountSnapshot:
        """Whose account the key opens, and what it may not do there that we need."""
        ...

    def open_webhook(self, url: str, *, key: str) -> WebhookEndpoint:
        """Have the account's events sent to this address."""
        ...

    def close_webhook(self, endpoint_id: str) -> None:
        """Have them sent there no more. An endpoint that is gone is no error."""
        ...

    def ensure_customer(self, spec: CustomerSpec, *, key: str) -> str:
        """Somebody to keep a card for, by the processor's name for them."""
        ...

    def open_setup_checkout(self, spec: SetupSpec, *, key: str) -> CheckoutSnapshot:
        """A page that keeps a card and charges nothing."""
        ...

    def get_setup(self, setup_id: str) -> SetupSnapshot:
        """:raises NotFound: no such thing in this account."""
        ...

    def get_card(self, card_ref: str) -> CardSnapshot:
        """:raises NotFound: no such card in this account."""
        ...

    def charge_saved(self, spec: SavedChargeSpec, *, key: str) -> ChargeOutcome:
        """Charge a kept card. The bank's no is an outcome."""
        ...

    def place_hold(self, spec: SavedChargeSpec, *, key: str) -> HoldOutcome:
        """Hold money on a kept card without taking it. The bank's no is an outcome."""
        ...

    def capture(self, intent_id: str, amount: Money, *, key: str) -> PaymentSnapshot:
        """Take held money, or a part of it; the rest is let go. Once for each hold.

        One that was taken, let go or lost to its bank before comes back as it is.

        :raises NotFound: no such payment in this account.
        """
        ...

    def release_payment(self, intent_id: str, *, key: str) -> PaymentSnapshot:
        """Give up a payment that took nothing. One that took something comes back as it is.

        :raises NotFound: no such payment in this account.
        """
        ...

    def detach_card(self, card_ref: str, *, key: str) -> CardSnapshot:
        """Keep a card no longer. One that was let go before is no error."""
        ...

    def list_payments(self, *, since: datetime) -> Iterator[PaymentSnapshot]:
        """Every payment created since then, newest first."""
        ...

    def list_movements(self, *, since: datetime) -> Iterator[MovementSnapshot]:
        """Everything that moved the account's balance since then, newest first."""
        ...

    def list_movements_of(self, payout_id: str) -> Iterator[MovementSnapshot]:
        """What a payout was made of; the payout's own movement is left out."""
        ...

    def list_payouts(self, *, since: datetime) -> Iterator[PayoutSnapshot]:
        """Money sent to the bank since then, newest first."""
        ...
