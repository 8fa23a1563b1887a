"""Calls to the gateway: prepared and committed before, made outside, recorded after.

An operation that got no answer stays unresolved; asking again sends the very same words under the
same key, so it can only ever happen once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.events import publish
from config.kernel.money import Money
from payments import events
from payments.gateway.errors import AmountTooSmall, Busy, GatewayError, OutcomeUnknown
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import CheckoutSnapshot
from payments.gateway.specs import CheckoutSpec
from payments.models import CheckoutAttempt, GatewayOperation
from payments.rules.attempt_states import AttemptState
from payments.rules.operation_states import OperationState
from payments.services import accounts

logger = logging.getLogger(__name__)
# A double click's second request meets the first one's key in use; it waits for its answer.
BUSY_WAITS: Final = (0.3, 0.7, 1.5)


class GatewayAway(DomainError):
    """The card page could not be reached; nobody was charged."""

    code = "gateway_away"


class CardPaymentsOff(DomainError):
    """Card payments do not work at this venue right now; nobody was charged."""

    code = "card_payments_off"


class TooSmallForCard(DomainError):
    """The processor does not charge so little."""

    code = "part_too_small"


def open_page(
    operation: GatewayOperation, *, now: datetime, patient: bool = False
) -> CheckoutAttempt:
    """Have Stripe open the page of a prepared attempt, and remember where it is.

    :raises GatewayAway: no answer; the attempt stays prepared until a sweep knows more.
    :raises CardPaymentsOff: Stripe refused our keys or our words.
    :raises TooSmallForCard: the account's currency does not charge so little.
    """
    gateway = accounts.gateway_of(operation.account, patient=patient)
    spec = _spec(operation.params)
    try:
        snapshot = _unless_busy(lambda: gateway.open_payment_checkout(spec, key=operation.key))
    except (OutcomeUnknown, Busy) as error:
        _leave_open(operation, error, now=now)
        raise GatewayAway(
            gettext_noop("We can't reach the payment page. Nothing was charged. Please try again.")
        ) from error
    except AmountTooSmall as error:
        _refuse(operation, error, now=now)
        raise TooSmallForCard(
            gettext_noop("That is too little for a card. Pay all of it, or at the counter.")
        ) from error
    except GatewayError as error:
        logger.exception("Stripe refused to open a page for %s", operation.attempt_id)
        _refuse(operation, error, now=now)
        raise CardPaymentsOff(
            gettext_noop(
                "Cards do not work here right now. Nothing was charged. Pay at the counter instead."
            )
        ) from error
    return _opened(operation, snapshot, now=now)


def close_page(
    operation: GatewayOperation, *, now: datetime, patient: bool = False
) -> CheckoutSnapshot:
    """Have Stripe close an attempt's page, and hear what it was until then.

    :raises GatewayAway: no answer; the page may still be open.
    """
    gateway = accounts.gateway_of(operation.account, patient=patient)
    session_id = str(operation.params["session_id"])
    try:
        snapshot = _unless_busy(lambda: gateway.expire_checkout(session_id, key=operation.key))
    except (OutcomeUnknown, Busy) as error:
        _leave_open(operation, error, now=now)
        raise GatewayAway(
            gettext_noop("We can't reach Stripe to close an open payment page. Please try again.")
        ) from error
    operation.finish(OperationState.DONE, now=now)
    return snapshot


def look_up(
    operation: GatewayOperation, gateway: PaymentGateway, *, now: datetime
) -> CheckoutAttempt:
    """Find out, without asking again, whether an old call to open a page happened."""
    for snapshot in gateway.list_checkouts(since=operation.created_at):
        if snapshot.metadata.get("op") == str(operation.id):
            return _opened(operation, snapshot, now=now)
    return _refuse(operation, NotFoundAnywhere("Stripe has no page of this operation."), now=now)


class NotFoundAnywhere(GatewayError):
    """Stripe's own lists do not hold what we were not sure of: it did not happen."""


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


def _unless_busy(call: Callable[[], CheckoutSnapshot]) -> CheckoutSnapshot:
    for wait in BUSY_WAITS:
        try:
            return call()
        except Busy:
            time.sleep(wait)
    return call()


@transaction.atomic
def _opened(
    operation: GatewayOperation, snapshot: CheckoutSnapshot, *, now: datetime
) -> CheckoutAttempt:
    attempt = CheckoutAttempt.objects.select_for_update().get(id=operation.attempt_id)
    attempt.opened(session_id=snapshot.session_id, url=snapshot.url)
    operation.finish(OperationState.DONE, now=now)
    return attempt


@transaction.atomic
def _refuse(operation: GatewayOperation, error: Exception, *, now: datetime) -> CheckoutAttempt:
    attempt = CheckoutAttempt.objects.select_for_update().get(id=operation.attempt_id)
    operation.finish(OperationState.FAILED, now=now, error=str(error))
    attempt.move_to(AttemptState.REFUSED)
    return attempt


@transaction.atomic
def _leave_open(operation: GatewayOperation, error: Exception, *, now: datetime) -> None:
    operation.finish(OperationState.UNKNOWN, now=now, error=str(error))
    publish(events.OperationLeftOpen(operation_id=operation.id))
