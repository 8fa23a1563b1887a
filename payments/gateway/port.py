"""What we need from a card processor, in our own words.

Nothing here mentions Stripe, and nothing outside this package may import its library. A declined
card is an outcome, not an exception; an exception says that the call itself went wrong, and
`OutcomeUnknown` that nobody can tell yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from config.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The keys of one account; never printed."""

    api_key: str = field(repr=False)
    stripe_account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSpec:
    """A page to pay one part of a tab on, plus a tip of its own line."""

    reference: str
    amount: Money
    tip: Money
    description: str
    tip_description: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    locale: str
    metadata: Mapping[str, str]


class PageStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class IntentStatus(StrEnum):
    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    HELD = "held"
    WAITING = "waiting"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSnapshot:
    """What the processor says of one payment right now."""

    intent_id: str
    status: IntentStatus
    amount: Money
    received: Money
    charge_id: str
    card_brand: str
    card_last4: str
    email: str
    decline_code: str
    metadata: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSnapshot:
    """What the processor says of one page right now. No payment until the guest pressed Pay."""

    session_id: str
    url: str
    status: PageStatus
    email: str
    payment: PaymentSnapshot | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEnvelope:
    """A verified event: what it is about, never what it says."""

    event_id: str
    type: str
    object_id: str
    livemode: bool
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredEvent:
    """An event whose delivery the processor itself counts as failed, with its raw body."""

    envelope: EventEnvelope
    raw: str


class GatewayError(Exception):
    """The processor did not do what we asked."""


class OutcomeUnknown(GatewayError):
    """No answer came: it may or may not have happened. Ask again with the same key."""


class Busy(GatewayError):
    """It did not happen, and may be asked again with the same key."""


class AmountTooSmall(GatewayError):
    """It did not happen: less than the smallest charge of the account's currency."""


class NotFound(GatewayError):
    """The processor knows no such object."""


class CredentialsInvalid(GatewayError):
    """The account's key was refused. Nothing works until somebody mends it."""


class GatewayBug(GatewayError):
    """We asked for something that makes no sense. A person must look; repeating will not help."""


class BadSignature(GatewayError):
    """A webhook that the processor did not send, or sent too long ago."""


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

    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        """Every page created since then, newest first."""
        ...

    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        """Events of these types that never reached us, newest first."""
        ...
