"""What the card processor says of something right now, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from config.kernel.money import Money
from payments.rules.declines import Retry
from payments.rules.dispute_states import DisputeState


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
    """What the processor says of one payment right now.

    `capture_before`: until when its bank keeps held money for us; None for what is not held.
    """

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
    capture_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSnapshot:
    """A card that is kept; `customer_ref` is empty once it is kept no longer."""

    card_ref: str
    customer_ref: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupSnapshot:
    """What the processor says of a card being kept; no `card` until it is."""

    setup_id: str
    card: CardSnapshot | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSnapshot:
    """What the processor says of one page right now. No payment until the guest pressed Pay.

    On a page that only keeps a card there is a `setup` instead of a payment.
    """

    session_id: str
    url: str
    status: PageStatus
    email: str
    payment: PaymentSnapshot | None
    metadata: Mapping[str, str]
    setup: SetupSnapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """A card on file was charged, or the money is on its way: the payment says which."""

    payment: PaymentSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The bank said no."""

    intent_id: str
    code: str
    retry: Retry


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsCustomer:
    """The bank wants the guest to confirm it."""

    intent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TooSmall:
    """Less than the smallest charge of the account's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Money is held on a kept card; the payment says until when."""

    payment: PaymentSnapshot


ChargeOutcome = Charged | Declined | NeedsCustomer | TooSmall
HoldOutcome = Held | Declined | NeedsCustomer | TooSmall


class RefundStatus(StrEnum):
    """`pending`: on its way, and it may still fail. So may `succeeded`, up to a month later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSnapshot:
    """What the processor says of one refund right now."""

    refund_id: str
    intent_id: str
    status: RefundStatus
    amount: Money
    failure_code: str
    metadata: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFee:
    """What the processor took for one movement of a dispute, in the currency it settles in.

    Negative: it gave a fee back.
    """

    transaction_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSnapshot:
    """What the processor says of one dispute right now.

    `withdrawn` and `reinstated` are what has moved so far, in the currency of the payment.
    """

    dispute_id: str
    intent_id: str
    state: DisputeState
    reason: str
    amount: Money
    withdrawn: Money
    reinstated: Money
    fees: tuple[DisputeFee, ...]
    due_by: datetime | None
    is_refundable: bool
    submissions: int
    metadata: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEnvelope:
    """A verified event: what it is about, never what it says.

    `stripe_account` is named where one endpoint hears of several connected accounts.
    """

    event_id: str
    type: str
    object_id: str
    livemode: bool
    happened_at: datetime
    stripe_account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredEvent:
    """An event whose delivery the processor itself counts as failed, with its raw body."""

    envelope: EventEnvelope
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """Whose account a key opens.

    `missing` are the permissions we need and it lacks, by their names in Stripe's dashboard.
    """

    account_id: str
    name: str
    takes_payments: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Where events go, and the secret that signs them; never printed."""

    endpoint_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementSnapshot:
    """One movement of an account's balance. What leaves is negative; `net` is without the fee.

    `kind` and `source_id` are the processor's words for what moved it: a charge, a refund, …
    """

    movement_id: str
    kind: str
    source_id: str
    amount: Money
    fee: Money
    net: Money
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutSnapshot:
    """Money sent to the bank. `is_paid`: it has left and was not sent back."""

    payout_id: str
    amount: Money
    is_paid: bool
    created_at: datetime
    arrives_at: datetime
