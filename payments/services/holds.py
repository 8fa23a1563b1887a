"""Holding a guest's money for a purpose of another app, taking it, and letting it go.

Somebody asks for a hold and says once what is to become of it: applied to a tab, captured, or let
go. That wish is committed before Stripe is asked. Every call that follows from where a hold stands
and what is wished is made by `step`, at once and again by the sweep until Stripe has said what came
of it; so a lost answer or a crash costs time, and never a second capture.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import Tab, Venue
from payments.gateway.errors import AmountTooSmall, Busy, GatewayError, OutcomeUnknown
from payments.models import GatewayOperation, Hold
from payments.rules.hold_states import HoldState, HoldWay, Wish
from payments.rules.operation_states import OperationKind
from payments.selectors import balances
from payments.selectors.consent_words import digest_of
from payments.services import accounts, hold_errands, hold_steps, operations
from payments.services.pages import GatewayAway, TooSmallForCard, cards_are_off
from payments.services.requests import ensure_owing

logger = logging.getLogger(__name__)
PAGE_LIVES: Final = timedelta(minutes=31)


class HoldIsOver(DomainError):
    """Nothing is held there any more, or something else is to become of it already."""

    code = "hold_over"


class MoreThanHeld(DomainError):
    """More was to be taken than is held."""

    code = "more_than_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What somebody agreed to have held, who that was as far as a page can tell, and where to go.

    `text` are the very words they saw. `{hold}` in the addresses becomes the hold's id.
    """

    venue: Venue
    purpose_id: UUID
    way: HoldWay
    amount: Money
    email: str
    text: str
    description: str
    locale: str
    return_url: str
    back_url: str
    address: str = ""
    user_agent: str = ""
    browser_digest: str = ""


def ask(agreed: Agreed, *, now: datetime) -> Hold:
    """Record the agreement word for word, and open the page for it. Pressing twice gives the same.

    :raises GatewayAway, CardPaymentsOff, TooSmallForCard: no page was opened; nothing is held.
    """
    hold = _record(agreed, now=now)
    if hold.state != HoldState.AGREED:
        return hold
    if hold.way == HoldWay.LATER and not hold.customer_ref:
        _call(
            hold_errands.prepare(hold, OperationKind.HOLD_CUSTOMER, {"email": hold.email}, now=now),
            now=now,
        )
        hold.refresh_from_db()
    if hold.state == HoldState.AGREED:
        _call(_prepare_page(hold, agreed, now=now), now=now)
        hold.refresh_from_db()
    return hold


def refresh(*, hold_id: UUID, now: datetime, patient: bool = False) -> Hold:
    """Ask Stripe how a hold stands, and do what follows.

    :raises OutcomeUnknown, Busy: Stripe could not say.
    """
    return hold_steps.step(hold_id=hold_id, now=now, patient=patient)


def place(*, hold_id: UUID, now: datetime) -> Hold:
    """Hold the money on the card that was given for it. Asked twice, it is held once."""
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(id=hold_id)
        if hold.state == HoldState.CARD_SAVED and not hold.wish:
            hold.move_to(HoldState.PLACING, now=now, next_check_at=now)
            hold_errands.prepare(hold, OperationKind.HOLD_PLACE, _placing(hold), now=now)
    return carry_out(hold_id=hold_id, now=now)


def wish_apply(*, hold_id: UUID, tab: Tab, now: datetime) -> Hold:
    """Write down, in the caller's transaction, what is to be taken for a tab; `apply` takes it.

    That is what the tab still owes, at most what is held. Where nothing is owed any more all of it
    is let go. The caller holds the tab's lock.

    :raises NotOwing: the tab is not waiting for money.
    :raises HoldIsOver: it is not held, or something else is to become of it.
    """
    ensure_owing(tab)
    hold = Hold.objects.select_for_update().get(id=hold_id)
    if hold.wish == Wish.APPLY and hold.tab_id == tab.id:
        return hold
    part = min(hold.amount, balances.get_standing(tab).open_amount)
    if part.is_positive:
        _wish(hold, Wish.APPLY, now=now, take_minor=part.minor, tab=tab)
    else:
        _wish(hold, Wish.RELEASE, now=now)
    return hold


def apply(*, hold_id: UUID, tab_id: UUID, now: datetime) -> Hold:
    """Take what the tab still owes, at most what is held; the rest is let go with it.

    Raises as `wish_apply` does.
    """
    with transaction.atomic():
        wish_apply(hold_id=hold_id, tab=Tab.objects.lock(tab_id), now=now)
    return carry_out(hold_id=hold_id, now=now)


def capture(*, hold_id: UUID, amount: Money, now: datetime) -> Hold:
    """Take held money for good, with no tab: nobody came, or too late was cancelled.

    :raises MoreThanHeld: the amount is above what is held.
    :raises HoldIsOver: it is not held, or something else is to become of it.
    """
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(id=hold_id)
        if amount > hold.amount:
            raise MoreThanHeld(gettext_noop("That is more than is held."))
        if not (hold.wish == Wish.CAPTURE and hold.to_take == amount):
            _wish(hold, Wish.CAPTURE, now=now, take_minor=amount.minor)
    return carry_out(hold_id=hold_id, now=now)


def wish_release(*, hold_id: UUID, now: datetime) -> bool:
    """Write down, in the caller's transaction, that it is to be let go; False: it is over anyway.

    :raises HoldIsOver: it is being taken at this moment.
    """
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(id=hold_id)
        if not hold.is_live:
            return False
        if hold.wish != Wish.RELEASE:
            if hold.wish:
                raise _over()
            hold.put(wish=Wish.RELEASE, next_check_at=now)
        return True


def release(*, hold_id: UUID, now: datetime) -> Hold:
    """Let a hold go, wherever it stands: its page is closed, its card forgotten, its money freed.

    :raises HoldIsOver: it is being taken at this moment.
    """
    wish_release(hold_id=hold_id, now=now)
    return carry_out(hold_id=hold_id, now=now)


def carry_out(*, hold_id: UUID, now: datetime) -> Hold:
    """Do what was wished now; without an answer the sweep does it."""
    try:
        return hold_steps.step(hold_id=hold_id, now=now)
    except GatewayError as error:
        logger.warning("Hold %s is left to the sweep: %r", hold_id, error)
        return Hold.objects.get(id=hold_id)


def _wish(hold: Hold, wish: Wish, *, now: datetime, **fields: Any) -> None:
    if not hold.is_held or hold.wish:
        raise _over()
    hold.put(wish=wish, next_check_at=now, **fields)


def _over() -> HoldIsOver:
    return HoldIsOver(gettext_noop("This hold is over, or something else becomes of it already."))


@transaction.atomic
def _record(agreed: Agreed, *, now: datetime) -> Hold:
    digest = digest_of(agreed.text)
    venue = Venue.objects.select_for_update().get(id=agreed.venue.id)
    before = (
        Hold.objects.live()
        .filter(
            purpose_id=agreed.purpose_id,
            way=agreed.way,
            text_digest=digest,
            browser_digest=agreed.browser_digest,
            wish=Wish.NONE,
            page_ends_at__gt=now,
        )
        .first()
    )
    if before is not None:
        return before
    account = accounts.account_of(venue)
    if account.is_refused:
        raise cards_are_off()
    return Hold.objects.create(
        account=account,
        venue=venue,
        purpose_id=agreed.purpose_id,
        way=agreed.way,
        amount_minor=agreed.amount.minor,
        currency=agreed.amount.currency,
        email=agreed.email,
        text=agreed.text,
        text_digest=digest,
        locale=agreed.locale,
        address=agreed.address[:45],
        user_agent=agreed.user_agent[:300],
        browser_digest=agreed.browser_digest,
        description=agreed.description[:200],
        agreed_at=now,
        page_ends_at=now + PAGE_LIVES,
        next_check_at=now + PAGE_LIVES + timedelta(minutes=1),
    )


def _prepare_page(hold: Hold, agreed: Agreed, *, now: datetime) -> GatewayOperation:
    words: dict[str, Any] = {
        "reference": str(hold.id),
        "currency": hold.currency,
        "description": hold.description,
        "success_url": agreed.return_url.replace("{hold}", str(hold.id)),
        "cancel_url": agreed.back_url.replace("{hold}", str(hold.id)),
        "expires_at": hold.page_ends_at.isoformat(),
        "locale": hold.locale,
    }
    if hold.way == HoldWay.LATER:
        words |= {"customer_ref": hold.customer_ref}
        return hold_errands.prepare(hold, OperationKind.HOLD_SETUP, words, now=now)
    words |= {"amount_minor": hold.amount_minor, "email": hold.email}
    return hold_errands.prepare(hold, OperationKind.HOLD_PAGE, words, now=now)


def _placing(hold: Hold) -> dict[str, Any]:
    return {
        "customer_ref": hold.customer_ref,
        "card_ref": hold.card_ref,
        "amount_minor": hold.amount_minor,
        "currency": hold.currency,
        "description": hold.description,
    }


def _call(operation: GatewayOperation, *, now: datetime) -> None:
    """Make a call whose guest is waiting, and say how it went in words of ours."""
    try:
        operations.run(hold_errands.of(operation, now=now))
    except (OutcomeUnknown, Busy) as error:
        raise GatewayAway(
            gettext_noop("We can't reach the card page. Nothing is held. Please try again.")
        ) from error
    except AmountTooSmall as error:
        raise TooSmallForCard(gettext_noop("That is too little to hold on a card.")) from error
    except GatewayError as error:
        logger.exception("Stripe refused to open a page for hold %s", operation.subject_id)
        raise cards_are_off() from error
