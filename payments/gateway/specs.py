"""What we ask the card processor for, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The keys of one account; never printed."""

    api_key: str = field(repr=False)
    stripe_account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSpec:
    """What is put before the bank, as texts; an empty one is left out."""

    customer_name: str = ""
    customer_email: str = ""
    product: str = ""
    service_date: str = ""
    policy: str = ""
    activity: str = ""
    duplicate: str = ""
    refusal: str = ""
    statement: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSpec:
    """A page to pay one part of a tab on, plus a tip of its own line.

    With `is_hold` nothing is taken there: the amount is held until it is captured or let go.
    """

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
    is_hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSpec:
    """Money that goes back to the card it came from."""

    intent_id: str
    amount: Money
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSpec:
    """Somebody to keep a card for."""

    name: str
    email: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupSpec:
    """A page to give a card on. Nothing is charged there."""

    reference: str
    customer_ref: str
    currency: str
    description: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    locale: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedChargeSpec:
    """A kept card to be charged, or to hold money on, while its owner is not there."""

    customer_ref: str
    card_ref: str
    amount: Money
    description: str
    metadata: Mapping[str, str]
