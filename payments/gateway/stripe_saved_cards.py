"""Cards kept at Stripe: given on a page, charged or held on without their owner, let go again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.errors import AmountTooSmall, GatewayBug
from payments.gateway.snapshots import (
    CardSnapshot,
    Charged,
    ChargeOutcome,
    CheckoutSnapshot,
    Declined,
    Held,
    HoldOutcome,
    IntentStatus,
    NeedsCustomer,
    PaymentSnapshot,
    SetupSnapshot,
    TooSmall,
)
from payments.gateway.specs import CustomerSpec, SavedChargeSpec, SetupSpec
from payments.gateway.stripe_client import StripeCalls, our_errors
from payments.rules.declines import ASKS_GUEST, retry_of

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, PaymentIntentCreateParams
    from stripe.params.checkout import SessionCreateParams


class StripeSavedCards(StripeCalls):
    @outside_transaction
    def ensure_customer(self, spec: CustomerSpec, *, key: str) -> str:
        params: CustomerCreateParams = {"email": spec.email, "metadata": dict(spec.metadata)}
        if spec.name:
            params["name"] = spec.name
        with our_errors():
            return self._stripe.v1.customers.create(params, {"idempotency_key": key}).id

    @outside_transaction
    def open_setup_checkout(self, spec: SetupSpec, *, key: str) -> CheckoutSnapshot:
        with our_errors():
            session = self._stripe.v1.checkout.sessions.create(
                _setup_params(spec), {"idempotency_key": key}
            )
        return stripe_words.checkout(session)

    @outside_transaction
    def get_setup(self, setup_id: str) -> SetupSnapshot:
        with our_errors():
            intent = self._stripe.v1.setup_intents.retrieve(
                setup_id, {"expand": ["payment_method"]}
            )
        return stripe_words.setup(intent)

    @outside_transaction
    def get_card(self, card_ref: str) -> CardSnapshot:
        with our_errors():
            return stripe_words.card(self._stripe.v1.payment_methods.retrieve(card_ref))

    @outside_transaction
    def charge_saved(self, spec: SavedChargeSpec, *, key: str) -> ChargeOutcome:
        try:
            with our_errors():
                return self._charge(spec, key)
        except AmountTooSmall:
            return TooSmall()

    @outside_transaction
    def place_hold(self, spec: SavedChargeSpec, *, key: str) -> HoldOutcome:
        params = _charge_params(spec) | {"capture_method": "manual"}
        try:
            with our_errors():
                said = self._create(params, key)
        except AmountTooSmall:
            return TooSmall()
        if not isinstance(said, PaymentSnapshot):
            return said
        if said.status == IntentStatus.HELD:
            return Held(payment=said)
        return NeedsCustomer(intent_id=said.intent_id)

    def _charge(self, spec: SavedChargeSpec, key: str) -> ChargeOutcome:
        said = self._create(_charge_params(spec), key)
        if not isinstance(said, PaymentSnapshot):
            return said
        if said.status in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
            return Charged(payment=said)
        return NeedsCustomer(intent_id=said.intent_id)

    def _create(
        self, params: PaymentIntentCreateParams, key: str
    ) -> PaymentSnapshot | Declined | NeedsCustomer:
        """The bank's no comes as an exception of Stripe's, and is none of ours."""
        try:
            intent = self._stripe.v1.payment_intents.create(params, {"idempotency_key": key})
        except stripe.CardError as error:
            return _said_no(error)
        return stripe_words.payment(intent)

    @outside_transaction
    def detach_card(self, card_ref: str, *, key: str) -> CardSnapshot:
        try:
            with our_errors():
                method = self._stripe.v1.payment_methods.detach(
                    card_ref, {}, {"idempotency_key": key}
                )
        except GatewayBug:
            # It is kept no longer already, unless something else was wrong with the call.
            left = self.get_card(card_ref)
            if left.customer_ref:
                raise
            return left
        return stripe_words.card(method)


def _said_no(error: stripe.CardError) -> Declined | NeedsCustomer:
    said = error.error
    intent = said.payment_intent if said else None
    intent_id = intent.id if intent else ""
    code = (said.decline_code if said else None) or error.code or ""
    if error.code in ASKS_GUEST or code in ASKS_GUEST:
        return NeedsCustomer(intent_id=intent_id)
    return Declined(intent_id=intent_id, code=code, retry=retry_of(code))


def _setup_params(spec: SetupSpec) -> SessionCreateParams:
    return {
        "mode": "setup",
        "client_reference_id": spec.reference,
        "customer": spec.customer_ref,
        "currency": spec.currency.lower(),
        "allowed_payment_method_types": ["card"],
        "success_url": spec.success_url,
        "cancel_url": spec.cancel_url,
        "expires_at": int(spec.expires_at.timestamp()),
        "locale": stripe_words.locale(spec.locale),
        "metadata": dict(spec.metadata),
        "setup_intent_data": {
            "description": spec.description,
            "metadata": dict(spec.metadata),
        },
    }


def _charge_params(spec: SavedChargeSpec) -> PaymentIntentCreateParams:
    return {
        "amount": spec.amount.minor,
        "currency": spec.amount.currency.lower(),
        "customer": spec.customer_ref,
        "payment_method": spec.card_ref,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "off_session": True,
        "description": spec.description,
        "metadata": dict(spec.metadata),
        "expand": ["latest_charge"],
    }
