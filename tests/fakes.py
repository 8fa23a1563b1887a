"""A card processor in memory, for tests of services and doors. It behaves as the port promises.

`BOOK` is the processor's own book, shared by every gateway made in one test. The contract tests run
the same cases against this and against the real adapter on the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.kernel.money import Money, smallest_charge
from payments.gateway.port import (
    AmountTooSmall,
    CheckoutSnapshot,
    CheckoutSpec,
    Credentials,
    EventEnvelope,
    GatewayBug,
    GatewayError,
    IntentStatus,
    NotFound,
    PageStatus,
    PaymentSnapshot,
    UndeliveredEvent,
)


@dataclass
class Book:
    """What the processor knows, and what it is told to get wrong next."""

    pages: dict[str, CheckoutSnapshot] = field(default_factory=dict)
    charges: dict[str, Money] = field(default_factory=dict)
    keys: dict[str, tuple[object, str]] = field(default_factory=dict)
    undelivered: list[UndeliveredEvent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    fail_before: list[GatewayError] = field(default_factory=list)
    fail_after: list[GatewayError] = field(default_factory=list)

    def pay(self, session_id: str, *, email: str = "payer@example.org", at: datetime) -> str:
        """The guest pays on the page, as the hosted page would have it."""
        page = self.pages[session_id]
        assert page.status == PageStatus.OPEN
        intent = replace(self._intent(page, IntentStatus.SUCCEEDED, at=at), email=email)
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

    def run_out(self, session_id: str) -> None:
        self.pages[session_id] = replace(self.pages[session_id], status=PageStatus.EXPIRED)

    def undeliver(self, event_id: str, type_: str, object_id: str, *, at: datetime) -> None:
        envelope = EventEnvelope(
            event_id=event_id, type=type_, object_id=object_id, livemode=False, happened_at=at
        )
        self.undelivered.append(UndeliveredEvent(envelope=envelope, raw="{}"))

    @property
    def taken(self) -> list[Money]:
        """Everything that was charged, in order."""
        return [
            page.payment.received
            for page in self.pages.values()
            if page.payment and page.payment.status == IntentStatus.SUCCEEDED
        ]

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
        )


BOOK = Book()


class FakeGateway:
    """One account at the processor in memory."""

    def __init__(self, credentials: Credentials, *, patient: bool = False) -> None:
        self.patient = patient

    def open_payment_checkout(self, spec: CheckoutSpec, *, key: str) -> CheckoutSnapshot:
        self._called("open_payment_checkout")
        known = BOOK.keys.get(key)
        if known is None:
            if spec.amount + spec.tip < smallest_charge(spec.amount.currency):
                raise AmountTooSmall
            session_id = f"cs_{len(BOOK.pages) + 1}"
            BOOK.charges[session_id] = spec.amount + spec.tip
            BOOK.pages[session_id] = CheckoutSnapshot(
                session_id=session_id,
                url=f"https://pages.example/{session_id}",
                status=PageStatus.OPEN,
                email=spec.email,
                payment=None,
                metadata=spec.metadata,
            )
            known = BOOK.keys[key] = (spec, session_id)
        if known[0] != spec:
            raise GatewayBug("The key was used for other words.")
        self._answer()
        return BOOK.pages[known[1]]

    def get_checkout(self, session_id: str) -> CheckoutSnapshot:
        self._called("get_checkout")
        if session_id not in BOOK.pages:
            raise NotFound
        return BOOK.pages[session_id]

    def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSnapshot:
        self._called("expire_checkout")
        page = self.get_checkout(session_id)
        if page.status == PageStatus.OPEN:
            BOOK.run_out(session_id)
        self._answer()
        return BOOK.pages[session_id]

    def get_payment(self, intent_id: str) -> PaymentSnapshot:
        self._called("get_payment")
        for page in BOOK.pages.values():
            if page.payment and page.payment.intent_id == intent_id:
                return page.payment
        raise NotFound

    def list_checkouts(self, *, since: datetime) -> Iterator[CheckoutSnapshot]:
        self._called("list_checkouts")
        yield from reversed(list(BOOK.pages.values()))

    def list_undelivered_events(
        self, *, since: datetime, types: tuple[str, ...]
    ) -> Iterator[UndeliveredEvent]:
        self._called("list_undelivered_events")
        yield from [event for event in BOOK.undelivered if event.envelope.type in types]

    def _called(self, name: str) -> None:
        BOOK.calls.append(name)
        if BOOK.fail_before:
            raise BOOK.fail_before.pop(0)

    def _answer(self) -> None:
        """The work is done; the answer may still get lost."""
        if BOOK.fail_after:
            raise BOOK.fail_after.pop(0)
