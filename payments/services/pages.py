"""The calls that open and close the Stripe page of an attempt."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from payments.gateway.errors import (
    AmountTooSmall,
    Busy,
    CredentialsInvalid,
    GatewayError,
    OutcomeUnknown,
)
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import CheckoutSnapshot
from payments.gateway.specs import CheckoutSpec
from payments.models import CheckoutAttempt, GatewayOperation
from payments.rules.attempt_states import AttemptState
from payments.services import operations
from payments.services.operations import Errand

logger = logging.getLogger(__name__)


class GatewayAway(DomainError):
    """The card page could not be reached; nobody was charged."""

    code = "gateway_away"


class CardPaymentsOff(DomainError):
    """Card payments do not work at this venue right now; nobody was charged."""

    code = "card_payments_off"


class TooSmallForCard(DomainError):
    """The processor does not charge so little."""

    code = "part_too_small"


class Opening(Errand[CheckoutSnapshot]):
    """Have Stripe open the page of a prepared attempt, and remember where it is."""

    def ask(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        spec = _spec(self.operation.params)
        return gateway.open_payment_checkout(spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CheckoutSnapshot | None:
        for snapshot in gateway.list_checkouts(since=self.operation.created_at):
            if snapshot.metadata.get("op") == str(self.operation.id):
                return snapshot
        return None

    def record(self, answer: CheckoutSnapshot) -> None:
        attempt = CheckoutAttempt.objects.select_for_update().get(id=self.operation.subject_id)
        attempt.opened(session_id=answer.session_id, url=answer.url)

    def refuse(self, _error: GatewayError, /) -> None:
        attempt = CheckoutAttempt.objects.select_for_update().get(id=self.operation.subject_id)
        attempt.move_to(AttemptState.REFUSED)


class Closing(Errand[CheckoutSnapshot]):
    """Have Stripe close an attempt's page, and hear what it was until then."""

    def ask(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        return gateway.expire_checkout(self._session_id, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        return gateway.get_checkout(self._session_id)

    def record(self, answer: CheckoutSnapshot) -> None:
        """What the page was is taken over by whoever asked, under the tab's lock."""

    def refuse(self, _error: GatewayError, /) -> None:
        """The page stays as it is."""

    @property
    def _session_id(self) -> str:
        return str(self.operation.params["session_id"])


def cards_are_off() -> CardPaymentsOff:
    """The refusal for an account that cannot be paid into now."""
    return CardPaymentsOff(
        gettext_noop(
            "Cards do not work here right now. Nothing was charged. Pay at the counter instead."
        )
    )


def open_page(
    operation: GatewayOperation, *, now: datetime, patient: bool = False
) -> CheckoutAttempt:
    """The attempt of a prepared operation with its page.

    :raises GatewayAway: no answer; the attempt stays prepared until a sweep knows more.
    :raises CardPaymentsOff: Stripe refused our keys or our words.
    :raises TooSmallForCard: the account's currency does not charge so little.
    """
    try:
        operations.run(Opening(operation=operation, now=now), patient=patient)
    except (OutcomeUnknown, Busy) as error:
        raise GatewayAway(
            gettext_noop("We can't reach the payment page. Nothing was charged. Please try again.")
        ) from error
    except AmountTooSmall as error:
        raise TooSmallForCard(
            gettext_noop("That is too little for a card. Pay all of it, or at the counter.")
        ) from error
    except GatewayError as error:
        logger.exception("Stripe refused to open a page for %s", operation.subject_id)
        raise cards_are_off() from error
    return CheckoutAttempt.objects.get(id=operation.subject_id)


def close_page(operation: GatewayOperation, *, now: datetime, patient: bool) -> CheckoutSnapshot:
    """What the page was until Stripe closed it.

    :raises GatewayAway: no answer; the page may still be open.
    """
    try:
        return operations.run(Closing(operation=operation, now=now), patient=patient)
    except (OutcomeUnknown, Busy, CredentialsInvalid) as error:
        raise GatewayAway(
            gettext_noop(
                "An open payment page could not be closed. Nothing was charged. Please try again."
            )
        ) from error


def spec_as_params(spec: CheckoutSpec) -> dict[str, Any]:
    """The words of a page, as they are kept with the operation."""
    return {
        "reference": spec.reference,
        "amount_minor": spec.amount.minor,
        "tip_minor": spec.tip.minor,
        "currency": spec.amount.currency,
        "description": spec.description,
        "tip_description": spec.tip_description,
        "email": spec.email,
        "success_url": spec.success_url,
        "cancel_url": spec.cancel_url,
        "expires_at": spec.expires_at.isoformat(),
        "locale": spec.locale,
        "metadata": dict(spec.metadata),
    }


def _spec(params: dict[str, Any]) -> CheckoutSpec:
    words = dict(params)
    currency = words.pop("currency")
    return CheckoutSpec(
        amount=Money(words.pop("amount_minor"), currency),
        tip=Money(words.pop("tip_minor"), currency),
        expires_at=datetime.fromisoformat(words.pop("expires_at")),
        **words,
    )
