"""Kept cards, in memory."""

from __future__ import annotations

from dataclasses import replace

from config.kernel.money import Money, smallest_charge
from payments.gateway.errors import GatewayBug, NotFound
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
    PageStatus,
    PaymentSnapshot,
    SetupSnapshot,
    TooSmall,
)
from payments.gateway.specs import CustomerSpec, SavedChargeSpec, SetupSpec
from payments.rules.declines import ASKS_GUEST, retry_of
from tests.fakes.book import FakeCalls

# What is no refusal: the money is there, or on its way.
STATUSES = {"": IntentStatus.SUCCEEDED, "processing": IntentStatus.PROCESSING}


class FakeSavedCards(FakeCalls):
    def ensure_customer(self, spec: CustomerSpec, *, key: str) -> str:
        self._called("ensure_customer")
        name = self._once(key, spec, f"cus_{len(self.book.keys) + 1}")
        self._answer()
        return name

    def open_setup_checkout(self, spec: SetupSpec, *, key: str) -> CheckoutSnapshot:
        self._called("open_setup_checkout")
        session_id = self._once(key, spec, f"cs_{len(self.book.pages) + 1}")
        if session_id not in self.book.pages:
            self.book.keepers[session_id] = spec.customer_ref
            self.book.pages[session_id] = CheckoutSnapshot(
                session_id=session_id,
                url=f"https://pages.example/{session_id}",
                status=PageStatus.OPEN,
                email="",
                payment=None,
                metadata=spec.metadata,
                setup=SetupSnapshot(
                    setup_id=f"seti_of_{session_id}", card=None, metadata=spec.metadata
                ),
            )
        self._answer()
        return self.book.pages[session_id]

    def get_setup(self, setup_id: str) -> SetupSnapshot:
        self._called("get_setup")
        for page in self.book.pages.values():
            if page.setup and page.setup.setup_id == setup_id:
                return page.setup
        raise NotFound

    def get_card(self, card_ref: str) -> CardSnapshot:
        self._called("get_card")
        if card_ref not in self.book.cards:
            raise NotFound
        return self.book.cards[card_ref]

    def charge_saved(self, spec: SavedChargeSpec, *, key: str) -> ChargeOutcome:
        self._called("charge_saved")
        if spec.amount < smallest_charge(spec.amount.currency):
            return TooSmall()
        known = key in self.book.keys
        intent_id = self._once(key, spec, f"pi_{len(self.book.intents) + 1}")
        if not known:
            self._ask_bank(intent_id, spec)
        self._answer()
        return self._outcome(self.book.intents[intent_id])

    def place_hold(self, spec: SavedChargeSpec, *, key: str) -> HoldOutcome:
        self._called("place_hold")
        if spec.amount < smallest_charge(spec.amount.currency):
            return TooSmall()
        known = key in self.book.keys
        intent_id = self._once(key, spec, f"pi_{len(self.book.intents) + 1}")
        if not known:
            self._ask_bank(intent_id, spec)
            self._only_hold(intent_id)
        self._answer()
        outcome = self._outcome(self.book.intents[intent_id])
        return Held(payment=outcome.payment) if isinstance(outcome, Charged) else outcome

    def _only_hold(self, intent_id: str) -> None:
        payment = self.book.intents[intent_id]
        if payment.status == IntentStatus.SUCCEEDED:
            self.book.intents[intent_id] = replace(
                payment,
                status=IntentStatus.HELD,
                received=Money.zero(payment.amount.currency),
                capture_before=self.book.now() + self.book.holds_for,
            )

    def detach_card(self, card_ref: str, *, key: str) -> CardSnapshot:
        self._called("detach_card")
        card = self.get_card(card_ref)
        self.book.cards[card_ref] = replace(card, customer_ref="")
        self._answer()
        return self.book.cards[card_ref]

    def _ask_bank(self, intent_id: str, spec: SavedChargeSpec) -> None:
        card = self.book.cards[spec.card_ref]
        if card.customer_ref != spec.customer_ref:
            raise GatewayBug("The card is not kept for this customer.")
        refusals = self.book.refusals[spec.card_ref]
        code = refusals.pop(0) if refusals else ""
        self.book.intents[intent_id] = PaymentSnapshot(
            intent_id=intent_id,
            status=STATUSES.get(code, IntentStatus.WAITING),
            amount=spec.amount,
            received=Money.zero(spec.amount.currency) if code else spec.amount,
            charge_id=f"ch_of_{intent_id}",
            card_brand=card.brand,
            card_last4=card.last4,
            email="",
            decline_code="" if code in STATUSES else code,
            metadata=spec.metadata,
            created_at=self.book.now(),
        )

    def _outcome(self, payment: PaymentSnapshot) -> ChargeOutcome:
        """The answer to a key stays what it was, whatever has become of the payment since."""
        code = payment.decline_code
        if not code:
            return Charged(payment=payment)
        if code in ASKS_GUEST:
            return NeedsCustomer(intent_id=payment.intent_id)
        return Declined(intent_id=payment.intent_id, code=code, retry=retry_of(code))

    def _once(self, key: str, spec: object, name: str) -> str:
        known = self.book.keys.setdefault(key, (spec, name))
        if known[0] != spec:
            raise GatewayBug("The key was used for other words.")
        return known[1]
