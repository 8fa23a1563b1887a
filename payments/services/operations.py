"""Calls to the gateway: prepared and committed before, made outside, recorded after.

An `Errand` says how its kind of call is asked, recorded, refused and found again; what an
operation goes through is the same for all of them and stands here. One that got no answer stays
unresolved; asking again sends the very same words under the same key, so it can only ever happen
once.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, TypeVar
from uuid import UUID

from django.db import transaction

from config.kernel.events import publish
from orders.models import Tab
from payments import events
from payments.gateway.errors import Busy, CredentialsInvalid, GatewayError, OutcomeUnknown
from payments.gateway.port import PaymentGateway
from payments.models import GatewayOperation
from payments.rules.operation_states import RESEND_WITHIN, OperationKind, OperationState
from payments.services import accounts

# A double click's second request meets the first one's key in use; it waits for its answer.
BUSY_WAITS: Final = (0.3, 0.7, 1.5)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand(ABC, Generic[Answer]):
    """One call of one kind, and what its outcome means to the row it is made for.

    `record` and `refuse` run in the transaction that finishes the operation. They lock what they
    change; news of another kind may have overtaken them.
    """

    # Whether a call that keys were refused for is made later, once they are taken again. Nobody
    # waits in front of a page for such a one.
    waits_for_keys: ClassVar[bool] = False
    operation: GatewayOperation
    now: datetime

    @abstractmethod
    def ask(self, gateway: PaymentGateway) -> Answer:
        """Make the call in the operation's own words and under its key."""

    @abstractmethod
    def find(self, gateway: PaymentGateway) -> Answer | None:
        """What the call brought about, found without asking for it again; None: nothing."""

    @abstractmethod
    def record(self, answer: Answer, /) -> None: ...

    @abstractmethod
    def refuse(self, error: GatewayError, /) -> None:
        """It is certain that nothing happened."""


class NotFoundAnywhere(GatewayError):
    """Stripe's own lists do not hold what we were not sure of: it did not happen."""


def prepare(
    *,
    kind: OperationKind,
    subject_id: UUID,
    account_id: UUID,
    tab: Tab | None,
    params: dict[str, Any],
    now: datetime,
    venue_id: UUID | None = None,
) -> GatewayOperation:
    """The one call of this kind for its subject; after a determined no, the next one.

    What belongs to no tab names its venue.
    """
    if tab is not None:
        venue_id = tab.venue_id
    assert venue_id is not None, "a call belongs to a venue"
    of_subject = GatewayOperation.objects.filter(kind=kind, subject_id=subject_id)
    before = of_subject.select_related("account").order_by("-seq").first()
    if before is not None and before.state != OperationState.FAILED:
        return before
    operation, _created = GatewayOperation.objects.select_related("account").get_or_create(
        kind=kind,
        subject_id=subject_id,
        seq=before.seq + 1 if before else 1,
        defaults={
            "account_id": account_id,
            "venue_id": venue_id,
            "tab": tab,
            "params": params,
            "created_at": now,
        },
    )
    return operation


def run(errand: Errand[Answer], *, patient: bool = False) -> Answer:
    """Make a prepared call, and remember what came of it.

    :raises OutcomeUnknown, Busy: no answer; the operation stays open until a sweep knows more.
    :raises GatewayError: a determined no, which has been recorded.
    """
    gateway = accounts.gateway_of(errand.operation.account, patient=patient)
    try:
        answer = _unless_busy(lambda: errand.ask(gateway))
    except (OutcomeUnknown, Busy) as error:
        _leave_open(errand, error)
        raise
    except CredentialsInvalid as error:
        if errand.waits_for_keys:
            _leave_open(errand, error)
            raise OutcomeUnknown(str(error)) from error
        _refuse(errand, error)
        raise
    except GatewayError as error:
        _refuse(errand, error)
        raise
    _record(errand, answer)
    return answer


def resolve(errand: Errand[Answer]) -> Answer | GatewayError:
    """Find out what became of a call without an answer: what it brought, or why nothing.

    :raises OutcomeUnknown, Busy: still nobody can say.
    """
    is_fresh = errand.now - errand.operation.created_at < RESEND_WITHIN
    try:
        return run(errand, patient=True) if is_fresh else _look_up(errand)
    except OutcomeUnknown:
        # Stripe repeats a failure of its own for ever, though the work may have been done.
        found = _find(errand) if is_fresh else None
        if found is None:
            raise
        return found
    except Busy:
        raise
    except GatewayError as error:
        return error


def _look_up(errand: Errand[Answer]) -> Answer:
    """For a key that Stripe may have forgotten: it must never be sent again."""
    found = _find(errand)
    if found is None:
        error = NotFoundAnywhere("Stripe has nothing of this operation.")
        _refuse(errand, error)
        raise error
    return found


def _find(errand: Errand[Answer]) -> Answer | None:
    found = errand.find(accounts.gateway_of(errand.operation.account, patient=True))
    if found is not None:
        _record(errand, found)
    return found


def _unless_busy(call: Callable[[], Answer]) -> Answer:
    for wait in BUSY_WAITS:
        try:
            return call()
        except Busy:
            time.sleep(wait)
    return call()


@transaction.atomic
def _record(errand: Errand[Answer], answer: Answer) -> None:
    if errand.operation.finish(OperationState.DONE, now=errand.now):
        errand.record(answer)


@transaction.atomic
def _refuse(errand: Errand[Answer], error: GatewayError) -> None:
    if errand.operation.finish(OperationState.FAILED, now=errand.now, error=str(error)):
        errand.refuse(error)


@transaction.atomic
def _leave_open(errand: Errand[Answer], error: Exception) -> None:
    if errand.operation.finish(OperationState.UNKNOWN, now=errand.now, error=str(error)):
        publish(events.OperationLeftOpen(operation_id=errand.operation.id))
