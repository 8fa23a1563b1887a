"""What follows from where a hold stands and what is wished of it; and the sweep that does it.

A step asks about calls that got no answer, then makes at most the one call that is next. It may be
made at any time, any number of times, by several processes at once: calls are made once by their
operations, and news is taken under the hold's lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from payments.gateway.errors import GatewayError, NotFound, OutcomeUnknown
from payments.models import GatewayOperation, Hold
from payments.rules.differences import DifferenceKind
from payments.rules.hold_states import WAITING, HoldState, Wish
from payments.rules.operation_states import OperationKind, OperationState
from payments.services import accounts, differences, hold_errands, hold_news, operations
from payments.services.hold_news import TakenElsewhere

logger = logging.getLogger(__name__)
BATCH: Final = 100
SOON: Final = timedelta(minutes=2)
PAGE_AGAIN: Final = timedelta(minutes=5)
HELD_AGAIN: Final = timedelta(hours=6)
# A bank's deadline has passed; that it let go may take a while to show.
LAPSING_AGAIN: Final = timedelta(minutes=5)


def sweep(*, now: datetime) -> int:
    """Look at every hold that is due, and do what follows; how many were looked at."""
    due = Hold.objects.due(now).filter(account__refused_because="").order_by("next_check_at")
    ids = list(due.values_list("id", flat=True)[:BATCH])
    for hold_id in ids:
        try:
            step(hold_id=hold_id, now=now, patient=True)
        except Exception:
            # One that fails must not hold up the rest, and goes behind those that can be done.
            Hold.objects.filter(id=hold_id).update(next_check_at=now + SOON)
            logger.exception("Hold %s is left for a later round", hold_id)
    return len(ids)


def step(*, hold_id: UUID, now: datetime, patient: bool = False) -> Hold:
    """Do what is next for one hold.

    :raises OutcomeUnknown, Busy: Stripe could not say; the sweep asks again.
    """
    for _turn in range(len(HoldState)):
        hold = Hold.objects.select_related("account").get(id=hold_id)
        _resolve(hold, now=now)
        hold = Hold.objects.select_related("account").get(id=hold_id)
        before = (hold.state, hold.wish, hold.detached_at)
        _NEXT[HoldState(hold.state)](hold, now=now, patient=patient)
        hold.refresh_from_db()
        if (hold.state, hold.wish, hold.detached_at) == before:
            break
    _plan(hold_id, now=now)
    hold.refresh_from_db()
    return hold


def _resolve(hold: Hold, *, now: datetime) -> None:
    """Ask about calls that got no answer first: until then nobody knows where it stands."""
    unresolved = GatewayOperation.objects.unresolved().filter(
        subject_id=hold.id, kind__in=list(hold_errands.MADE)
    )
    for operation in unresolved.select_related("account").order_by("created_at"):
        hold_errands.resume(operation, now=now)


def _run(
    hold: Hold, kind: OperationKind, params: dict[str, Any], *, now: datetime, patient: bool
) -> None:
    with transaction.atomic():
        operation = hold_errands.prepare(hold, kind, params, now=now)
    if operation.state != OperationState.DONE:
        try:
            operations.run(hold_errands.of(operation, now=now), patient=patient)
        except OutcomeUnknown:
            raise
        except GatewayError:
            logger.exception("Stripe refused %s of hold %s", kind, hold.id)


def _next_agreed(hold: Hold, *, now: datetime, **_how: bool) -> None:
    """No page came of it, and nobody can give a card there any more."""
    if hold.wish == Wish.RELEASE or now > hold.page_ends_at:
        _end_unheld(hold.id, now=now)


def _next_page(hold: Hold, *, now: datetime, patient: bool) -> None:
    words = {"session_id": hold.session_id}
    if hold.wish == Wish.RELEASE:
        _run(hold, OperationKind.HOLD_CLOSE, words, now=now, patient=patient)
    gateway = accounts.gateway_of(hold.account, patient=patient)
    hold_news.take_over_page(gateway.get_checkout(str(hold.session_id)), now=now)


def _next_saved(hold: Hold, *, now: datetime, **_how: bool) -> None:
    if hold.wish == Wish.RELEASE:
        _end_unheld(hold.id, now=now)


def _next_placing(hold: Hold, **_how: object) -> None:
    """Its call has just been asked about; what came of it is known, or will be."""


def _next_held(hold: Hold, *, now: datetime, patient: bool) -> None:
    words: dict[str, Any] = {"intent_id": hold.intent_id}
    if hold.wish == Wish.RELEASE:
        _run(hold, OperationKind.HOLD_RELEASE, words, now=now, patient=patient)
    elif hold.wish:
        words |= {"amount_minor": hold.take_minor, "currency": hold.currency}
        _run(hold, OperationKind.HOLD_CAPTURE, words, now=now, patient=patient)
    _look(hold, now=now, patient=patient)


def _look(hold: Hold, *, now: datetime, patient: bool) -> None:
    gateway = accounts.gateway_of(hold.account, patient=patient)
    try:
        hold_news.take_over_payment(gateway.get_payment(str(hold.intent_id)), now=now)
    except NotFound:
        _missing(hold, now=now)
    except TakenElsewhere:
        logger.info("Hold %s is being decided about; asked again soon", hold.id)


def _missing(hold: Hold, *, now: datetime) -> None:
    """Stripe knows nothing of it: another account's keys, perhaps. A manager is told."""
    differences.write(
        hold.account,
        DifferenceKind.HOLD_MISSING_THERE,
        str(hold.intent_id),
        venue_id=hold.venue_id,
        theirs=None,
        ours=hold.amount,
        now=now,
    )
    if hold.capture_before is not None and now > hold.capture_before:
        with transaction.atomic():
            locked = Hold.objects.select_for_update().get(id=hold.id)
            hold_news.move(locked, HoldState.EXPIRED, now=now)


def _next_over(hold: Hold, *, now: datetime, patient: bool) -> None:
    """Leave nothing behind at Stripe: no payment that could be confirmed, no card, no page."""
    if _is_left_open(hold):
        words = {"intent_id": hold.intent_id}
        _run(hold, OperationKind.HOLD_RELEASE, words, now=now, patient=patient)
    if hold.keeps_card:
        words = {"card_ref": hold.card_ref}
        _run(hold, OperationKind.HOLD_DETACH, words, now=now, patient=patient)


def _is_left_open(hold: Hold) -> bool:
    """Whether a payment that its bank refused could still be confirmed."""
    if hold.state != HoldState.FAILED or not hold.intent_id:
        return False
    released = GatewayOperation.objects.filter(
        kind=OperationKind.HOLD_RELEASE, subject_id=hold.id, state=OperationState.DONE
    )
    return not released.exists()


_NEXT: Final[Mapping[HoldState, Callable[..., None]]] = {
    HoldState.AGREED: _next_agreed,
    HoldState.PAGE_OPEN: _next_page,
    HoldState.CARD_SAVED: _next_saved,
    HoldState.PLACING: _next_placing,
    HoldState.HELD: _next_held,
    HoldState.APPLIED: _next_over,
    HoldState.CAPTURED: _next_over,
    HoldState.RELEASED: _next_over,
    HoldState.EXPIRED: _next_over,
    HoldState.DROPPED: _next_over,
    HoldState.FAILED: _next_over,
}


@transaction.atomic
def _end_unheld(hold_id: UUID, *, now: datetime) -> None:
    hold = Hold.objects.select_for_update().get(id=hold_id)
    calls = GatewayOperation.objects.unresolved().filter(subject_id=hold_id)
    if not calls.exists():
        hold_news.move(hold, HoldState.DROPPED, now=now)


def _plan(hold_id: UUID, *, now: datetime) -> None:
    """When it has to be looked at again; never, once it is over and nothing is left behind."""
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(id=hold_id)
        calls = GatewayOperation.objects.unresolved().filter(subject_id=hold_id).exists()
        hold.put(next_check_at=_again(hold, is_asking=calls, now=now))


def _again(hold: Hold, *, is_asking: bool, now: datetime) -> datetime | None:
    is_left = not hold.is_live and (hold.keeps_card or _is_left_open(hold))
    if is_asking or is_left or (hold.is_live and hold.wish) or hold.state == HoldState.PLACING:
        return now + SOON
    if hold.state in WAITING:
        return now + PAGE_AGAIN
    if hold.is_held and hold.capture_before is not None:
        is_over = now >= hold.capture_before
        return now + LAPSING_AGAIN if is_over else min(now + HELD_AGAIN, hold.capture_before)
    return now + HELD_AGAIN if hold.is_held else None
