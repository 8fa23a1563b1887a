"""The gateway, spoken to Stripe. The local sandbox is the same class at another address."""

from __future__ import annotations

from payments.gateway.stripe_accounts import StripeAccounts
from payments.gateway.stripe_balance import StripeBalance
from payments.gateway.stripe_checkout import StripeCheckout
from payments.gateway.stripe_disputes import StripeDisputes
from payments.gateway.stripe_events import StripeEvents
from payments.gateway.stripe_payments import StripePayments
from payments.gateway.stripe_refunds import StripeRefunds
from payments.gateway.stripe_saved_cards import StripeSavedCards


class StripeGateway(
    StripeCheckout,
    StripePayments,
    StripeRefunds,
    StripeSavedCards,
    StripeDisputes,
    StripeEvents,
    StripeAccounts,
    StripeBalance,
):
    """One Stripe account, at the pinned API version of the library."""
