"""The processor's own book: what it knows, and what it is told to get wrong next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from config.kernel.money import Money
from payments.gateway.errors import CredentialsInvalid, GatewayError, NotFound, OutcomeUnknown
from payments.gateway.snapshots import (
    CardSnapshot,
    CheckoutSnapshot,
    DisputeSnapshot,
    EventEnvelope,
    IntentStatus,
    MovementSnapshot,
    PageStatus,
    PaymentSnapshot,
    PayoutSnapshot,
    RefundSnapshot,
    RefundStatus,
    UndeliveredEvent,
    WebhookEndpoint,
)
from payments.gateway.specs import Credentials

GONE_BACK = (RefundStatus.FAILED, RefundStatus.CANCELED)


@dataclass
class Book:
    """What the processor knows, and what it is told to get wrong next."""

    pages: dict[str, CheckoutSnapshot] = field(default_factory=dict)
    charges: dict[str, Money] = field(default_factory=dict)
    disputes: dict[str, DisputeSnapshot] = field(default_factory=dict)
    keys: dict[str, tuple[object, str]] = field(default_factory=dict)
    refunds: dict[str, RefundSnapshot] = field(default_factory=dict)
    refund_status: RefundStatus = RefundStatus.SUCCEEDED
    undelivered: list[UndeliveredEvent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    movements: list[MovementSnapshot] = field(default_factory=list)
    payouts: dict[str, tuple[PayoutSnapshot, list[MovementSnapshot]]] = field(default_factory=dict)
    endpoints: dict[str, WebhookEndpoint] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cards: dict[str, CardSnapshot] = field(default_factory=dict)
    keepers: dict[str, str] = field(default_factory=dict)
    intents: dict[str, PaymentSnapshot] = field(default_factory=dict)
    # What the bank says when a kept card is charged: codes of refusals, by card. Then it pays.
    refusals: dict[str, list[str]] = field(default_factory=dict)
    # Pages on which money is only held, and how long banks keep it for us.
    holding: set[str] = field(default_factory=set)
    holds_for: timedelta = timedelta(days=7)
    clock: datetime | None = None
    fail_before: list[GatewayError] = field(default_factory=list)
    fail_after: list[GatewayError] = field(default_factory=list)

    def now(self) -> datetime:
        """The processor's clock: the real one, unless a test has set it."""
        return self.clock or datetime.now(tz=UTC)

    def pay(self, session_id: str, *, email: str = "payer@example.org", at: datetime) -> str:
        """The guest pays on the page, as the hosted page would have it."""
        page = self.pages[session_id]
        assert page.status == PageStatus.OPEN
        status = IntentStatus.HELD if session_id in self.holding else IntentStatus.SUCCEEDED
        intent = replace(self._intent(page, status, at=at), email=email)
        self.pages[session_id] = replace(
            page, status=PageStatus.COMPLETE, email=email, payment=intent
        )
        return intent.intent_id

    def decline(self, session_id: str, *, code: str = "insufficient_funds", at: datetime) -> None:
        """The bank says no; the page stays open."""
        page = self.pages[session_id]
        intent = replace(self._intent(page, IntentStatus.WAITING, at=at), decline_code=code)
        self.pages[session_id] = replace(page, payment=intent)

    def start_bank_debit(self, session_id: str, *, at: datetime) -> None:
        """The page is complete, but the money is still on its way."""
        page = self.pages[session_id]
        intent = self._intent(page, IntentStatus.PROCESSING, at=at)
        self.pages[session_id] = replace(page, status=PageStatus.COMPLETE, payment=intent)

    def give_card(self, session_id: str, *, refusals: list[str] | None = None) -> str:
        """The guest gives a card on a page that keeps it."""
        page = self.pages[session_id]
        assert page.status == PageStatus.OPEN
        assert page.setup is not None
        card = CardSnapshot(
            card_ref=f"pm_{len(self.cards) + 1}",
            customer_ref=self.keepers[session_id],
            brand="visa",
            last4="4242",
        )
        self.cards[card.card_ref] = card
        self.refusals[card.card_ref] = refusals or []
        self.pages[session_id] = replace(
            page, status=PageStatus.COMPLETE, setup=replace(page.setup, card=card)
        )
        return card.card_ref

    def payments(self) -> list[PaymentSnapshot]:
        on_pages = [page.payment for page in self.pages.values() if page.payment]
        return [*on_pages, *self.intents.values()]

    def payment(self, intent_id: str) -> PaymentSnapshot:
        for payment in self.payments():
            if payment.intent_id == intent_id:
                return payment
        raise NotFound

    def put(self, payment: PaymentSnapshot) -> PaymentSnapshot:
        """What became of a payment, wherever it was made."""
        for session_id, page in self.pages.items():
            if page.payment and page.payment.intent_id == payment.intent_id:
                self.pages[session_id] = replace(page, payment=payment)
                return payment
        self.intents[payment.intent_id] = payment
        return payment

    def lapse(self, *, at: datetime) -> None:
        """Banks let go of what nobody took in time."""
        for payment in self.payments():
            is_over = payment.capture_before is not None and payment.capture_before <= at
            if is_over and payment.status == IntentStatus.HELD:
                self.put(replace(payment, status=IntentStatus.CANCELED))

    def arrive(self, intent_id: str) -> None:
        """Money that was on its way is there."""
        intent = self.intents[intent_id]
        self.intents[intent_id] = replace(
            intent, status=IntentStatus.SUCCEEDED, received=intent.amount
        )

    def run_out(self, session_id: str) -> None:
        self.pages[session_id] = replace(self.pages[session_id], status=PageStatus.EXPIRED)

    def reopen(self, session_id: str) -> None:
        """What had run out had not: the payer was faster than the clock."""
        self.pages[session_id] = replace(self.pages[session_id], status=PageStatus.OPEN)

    def undeliver(self, event_id: str, type_: str, object_id: str, *, at: datetime) -> None:
        envelope = EventEnvelope(
            event_id=event_id, type=type_, object_id=object_id, livemode=False, happened_at=at
        )
        self.undelivered.append(UndeliveredEvent(envelope=envelope, raw="{}"))

    def move(
        self, kind: str, source_id: str, amount: Money, *, fee: int = 0, at: datetime
    ) -> MovementSnapshot:
        """Something moves the account's balance."""
        kept = Money(fee, amount.currency)
        movement = MovementSnapshot(
            movement_id=f"txn_{len(self.movements) + 1}",
            kind=kind,
            source_id=source_id,
            amount=amount,
            fee=kept,
            net=amount - kept,
            happened_at=at,
        )
        self.movements.append(movement)
        return movement

    def pay_out(self, movements: list[MovementSnapshot], amount: Money, *, at: datetime) -> str:
        """What these movements left goes to the bank, as this amount."""
        payout_id = f"po_{len(self.payouts) + 1}"
        payout = PayoutSnapshot(
            payout_id=payout_id, amount=amount, is_paid=True, created_at=at, arrives_at=at
        )
        self.payouts[payout_id] = (payout, movements)
        return payout_id

    @property
    def taken(self) -> list[Money]:
        """Everything that was charged, in order."""
        return [
            payment.received
            for payment in self.payments()
            if payment.status == IntentStatus.SUCCEEDED
        ]

    @property
    def given_back(self) -> list[Money]:
        """Everything that left for a card again and did not come back."""
        return [refund.amount for refund in self.refunds.values() if refund.status not in GONE_BACK]

    def give_back(
        self, intent_id: str, amount: Money, *, at: datetime, **metadata: str
    ) -> RefundSnapshot:
        """A refund, as somebody at the processor's own desk would make it."""
        refund = RefundSnapshot(
            refund_id=f"re_{len(self.refunds) + 1}",
            intent_id=intent_id,
            status=self.refund_status,
            amount=amount,
            failure_code="",
            metadata=metadata,
            created_at=at,
        )
        self.refunds[refund.refund_id] = refund
        return refund

    def move_refund(self, refund_id: str, status: RefundStatus) -> None:
        """Later news of a refund: the bank took it, or sent it back."""
        code = "lost_or_stolen_card" if status == RefundStatus.FAILED else ""
        self.refunds[refund_id] = replace(self.refunds[refund_id], status=status, failure_code=code)

    def left_of(self, intent_id: str) -> Money:
        """What may still go back of a payment."""
        (captured,) = (
            page.payment.received
            for page in self.pages.values()
            if page.payment and page.payment.intent_id == intent_id
        )
        for refund in self.refunds.values():
            if refund.intent_id == intent_id and refund.status not in GONE_BACK:
                captured -= refund.amount
        return captured

    def _intent(
        self, page: CheckoutSnapshot, status: IntentStatus, *, at: datetime
    ) -> PaymentSnapshot:
        charge = self.charges[page.session_id]
        return PaymentSnapshot(
            intent_id=f"pi_of_{page.session_id}",
            status=status,
            amount=charge,
            received=charge if status == IntentStatus.SUCCEEDED else Money.zero(charge.currency),
            charge_id=f"ch_of_{page.session_id}",
            card_brand="visa",
            card_last4="4242",
            email="",
            decline_code="",
            metadata=page.metadata,
            created_at=at,
            capture_before=at + self.holds_for if status == IntentStatus.HELD else None,
        )


class FakeCalls:
    """What every family of calls has: the book, and the ways in which a call goes wrong."""

    def __init__(self, credentials: Credentials, book: Book) -> None:
        self.book = book
        self.credentials = credentials

    def _called(self, name: str) -> None:
        self.book.calls.append(name)
        if self.credentials.api_key in self.book.revoked:
            raise CredentialsInvalid("api_key_expired")
        if name in self.book.away:
            raise OutcomeUnknown(name)
        if self.book.fail_before:
            raise self.book.fail_before.pop(0)

    def _answer(self) -> None:
        """The work is done; the answer may still get lost."""
        if self.book.fail_after:
            raise self.book.fail_after.pop(0)
