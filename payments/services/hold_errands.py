"""The calls that hold a guest's money, take it, let it go, and keep the card until then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from config.kernel.money import Money
from payments.gateway.errors import GatewayError, NotFound
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import (
    CardSnapshot,
    CheckoutSnapshot,
    Declined,
    Held,
    HoldOutcome,
    IntentStatus,
    NeedsCustomer,
    PaymentSnapshot,
    TooSmall,
)
from payments.gateway.specs import CheckoutSpec, CustomerSpec, SavedChargeSpec, SetupSpec
from payments.models import GatewayOperation, Hold
from payments.rules.declines import retry_of
from payments.rules.hold_states import HoldState
from payments.rules.operation_states import OperationKind
from payments.services import hold_news, operations
from payments.services.marks import hold_metadata
from payments.services.operations import Errand, NotFoundAnywhere

# Clocks differ: what we asked for may be listed as made a little earlier.
MARGIN: Final = timedelta(hours=1)


class MakingCustomer(Errand[str]):
    """Have Stripe know somebody to keep the card for until the money is held."""

    def ask(self, gateway: PaymentGateway) -> str:
        words = self.operation.params
        spec = CustomerSpec(name="", email=words["email"], metadata=_marks(self.operation))
        return gateway.ensure_customer(spec, key=self.operation.key)

    def find(self, _gateway: PaymentGateway, /) -> str | None:
        """Nothing hangs on it: somebody agrees once more, and the old one is nobody's."""
        return None

    def record(self, answer: str) -> None:
        _lock(self.operation).put(customer_ref=answer)

    def refuse(self, _error: GatewayError, /) -> None:
        hold_news.move(_lock(self.operation), HoldState.FAILED, now=self.now)


class Opening(Errand[CheckoutSnapshot]):
    """Have Stripe open the page: to hold money on, or to give a card for later."""

    def ask(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        words = dict(self.operation.params)
        words["expires_at"] = datetime.fromisoformat(words["expires_at"])
        words["metadata"] = _marks(self.operation)
        if self.operation.kind == OperationKind.HOLD_SETUP:
            return gateway.open_setup_checkout(SetupSpec(**words), key=self.operation.key)
        amount = Money(words.pop("amount_minor"), words.pop("currency"))
        spec = CheckoutSpec(
            amount=amount,
            tip=Money.zero(amount.currency),
            tip_description="",
            is_hold=True,
            **words,
        )
        return gateway.open_payment_checkout(spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CheckoutSnapshot | None:
        pages = gateway.list_checkouts(since=self.operation.created_at - MARGIN)
        return next(_of_operation(pages, self.operation), None)

    def record(self, answer: CheckoutSnapshot) -> None:
        _lock(self.operation).opened(session_id=answer.session_id, url=answer.url)

    def refuse(self, _error: GatewayError, /) -> None:
        hold_news.move(_lock(self.operation), HoldState.FAILED, now=self.now)


class Closing(Errand[CheckoutSnapshot]):
    """Have Stripe close the page, and hear what it was until then."""

    def ask(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        return gateway.expire_checkout(self.operation.params["session_id"], key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        return gateway.get_checkout(self.operation.params["session_id"])

    def record(self, answer: CheckoutSnapshot) -> None:
        hold_news.take_over_page(answer, now=self.now)

    def refuse(self, _error: GatewayError, /) -> None:
        """The page stays as it is; the next step asks again."""


class Placing(Errand[HoldOutcome]):
    """Have Stripe hold the money on the card that was given for it."""

    def ask(self, gateway: PaymentGateway) -> HoldOutcome:
        words = self.operation.params
        spec = SavedChargeSpec(
            customer_ref=words["customer_ref"],
            card_ref=words["card_ref"],
            amount=Money(words["amount_minor"], words["currency"]),
            description=words["description"],
            metadata=_marks(self.operation),
        )
        return gateway.place_hold(spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> HoldOutcome | None:
        listed = gateway.list_payments(since=self.operation.created_at - MARGIN)
        payment = next(_of_operation(listed, self.operation), None)
        return _outcome_of(payment) if payment else None

    def record(self, answer: HoldOutcome) -> None:
        if isinstance(answer, Held):
            hold_news.take_over_payment(answer.payment, now=self.now)
            return
        intent_id = "" if isinstance(answer, TooSmall) else answer.intent_id
        hold_news.move(
            _lock(self.operation),
            HoldState.FAILED,
            now=self.now,
            decline_code=_code_of(answer)[:60],
            # What was refused is given up at Stripe, so that nobody can still confirm it.
            intent_id=intent_id or None,
        )

    def refuse(self, error: GatewayError, /) -> None:
        is_lost = isinstance(error, NotFoundAnywhere)
        hold_news.move(
            _lock(self.operation),
            HoldState.FAILED,
            now=self.now,
            decline_code="nobody_knows" if is_lost else "refused",
        )


class Capturing(Errand[PaymentSnapshot]):
    """Have Stripe take what was asked for; the rest is let go with it."""

    waits_for_keys = True

    def ask(self, gateway: PaymentGateway) -> PaymentSnapshot:
        words = self.operation.params
        amount = Money(words["amount_minor"], words["currency"])
        return gateway.capture(words["intent_id"], amount, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> PaymentSnapshot | None:
        return _unless_held(gateway.get_payment(self.operation.params["intent_id"]))

    def record(self, answer: PaymentSnapshot) -> None:
        hold_news.take_over_payment(answer, now=self.now)

    def refuse(self, _error: GatewayError, /) -> None:
        """It is held as before; the next step asks again, and its bank has the last word."""


class Releasing(Errand[PaymentSnapshot]):
    """Have Stripe let the money go."""

    waits_for_keys = True

    def ask(self, gateway: PaymentGateway) -> PaymentSnapshot:
        return gateway.release_payment(self.operation.params["intent_id"], key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> PaymentSnapshot | None:
        return _unless_held(gateway.get_payment(self.operation.params["intent_id"]))

    def record(self, answer: PaymentSnapshot) -> None:
        hold_news.take_over_payment(answer, now=self.now)

    def refuse(self, _error: GatewayError, /) -> None:
        """It is held as before; the next step asks again."""


class Detaching(Errand[CardSnapshot]):
    """Have Stripe keep the card no longer."""

    waits_for_keys = True

    def ask(self, gateway: PaymentGateway) -> CardSnapshot:
        return gateway.detach_card(self.operation.params["card_ref"], key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CardSnapshot | None:
        card = gateway.get_card(self.operation.params["card_ref"])
        return None if card.customer_ref else card

    def record(self, _answer: CardSnapshot) -> None:
        _lock(self.operation).put(detached_at=self.now)

    def refuse(self, error: GatewayError, /) -> None:
        """A card Stripe knows nothing of is gone; any other is let go by the next step."""
        if isinstance(error, NotFound):
            _lock(self.operation).put(detached_at=self.now)


MADE: Final[Mapping[OperationKind, type[Errand[Any]]]] = {
    OperationKind.HOLD_CUSTOMER: MakingCustomer,
    OperationKind.HOLD_PAGE: Opening,
    OperationKind.HOLD_SETUP: Opening,
    OperationKind.HOLD_CLOSE: Closing,
    OperationKind.HOLD_PLACE: Placing,
    OperationKind.HOLD_CAPTURE: Capturing,
    OperationKind.HOLD_RELEASE: Releasing,
    OperationKind.HOLD_DETACH: Detaching,
}


def of(operation: GatewayOperation, *, now: datetime) -> Errand[Any]:
    """The errand of an operation about a hold."""
    return MADE[OperationKind(operation.kind)](operation=operation, now=now)


def prepare(
    hold: Hold, kind: OperationKind, params: dict[str, Any], *, now: datetime
) -> GatewayOperation:
    """Write down the one call of this kind for a hold."""
    return operations.prepare(
        kind=kind,
        subject_id=hold.id,
        account_id=hold.account_id,
        tab=None,
        venue_id=hold.venue_id,
        params=params,
        now=now,
    )


def resume(operation: GatewayOperation, *, now: datetime) -> object:
    """Find out about a call that got no answer. Raises as `operations.resolve` does."""
    return operations.resolve(of(operation, now=now))


def _outcome_of(payment: PaymentSnapshot) -> HoldOutcome:
    if payment.capture_before is not None or payment.status == IntentStatus.SUCCEEDED:
        return Held(payment=payment)
    code = payment.decline_code
    return Declined(intent_id=payment.intent_id, code=code, retry=retry_of(code))


def _code_of(answer: HoldOutcome) -> str:
    if isinstance(answer, Declined):
        return answer.code or "declined"
    return "authentication_required" if isinstance(answer, NeedsCustomer) else "amount_too_small"


def _unless_held(payment: PaymentSnapshot) -> PaymentSnapshot | None:
    return None if payment.status in {IntentStatus.HELD, IntentStatus.WAITING} else payment


def _of_operation(found: Iterator[Any], operation: GatewayOperation) -> Iterator[Any]:
    return (each for each in found if each.metadata.get("op") == str(operation.id))


def _marks(operation: GatewayOperation) -> dict[str, str]:
    return hold_metadata(Hold.objects.get(id=operation.subject_id), operation.id)


def _lock(operation: GatewayOperation) -> Hold:
    return Hold.objects.select_for_update().get(id=operation.subject_id)
