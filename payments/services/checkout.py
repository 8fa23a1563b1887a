"""Opening a Stripe page for one payer's part of a tab, and closing it again.

There are never two payable pages for the same money: a payer's earlier page is closed first, and
what others' open pages may still bring is reserved.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import MAX_MINOR, Money
from orders.models import Tab
from payments.gateway.errors import GatewayError
from payments.gateway.snapshots import CheckoutSnapshot
from payments.gateway.specs import CheckoutSpec
from payments.models import AttemptLine, CheckoutAttempt, GatewayOperation
from payments.models.attempt import FIRST_CHECK
from payments.rules import allocation
from payments.rules.allocation import Choice, LineShare, PayMode
from payments.rules.attempt_states import AttemptState
from payments.rules.operation_states import OperationKind
from payments.selectors import balances, shares
from payments.services import accounts, operations, pages, snapshots
from payments.services.marks import our_metadata
from payments.services.requests import NotOwing

logger = logging.getLogger(__name__)
# Stripe allows half an hour at least; the minute is for clocks that differ.
PAGE_LIVES: Final = timedelta(minutes=31)
ROUNDS: Final = 3


class AmountChanged(DomainError):
    """The amount the guest saw is not what would be charged now. Nothing was charged."""

    code = "amount_changed"

    def __init__(self, amount: Money) -> None:
        self.amount = amount
        super().__init__(
            gettext_noop("The amount has changed while you were looking. Nothing was charged.")
        )


class TipTooLarge(DomainError):
    """Bill and tip together are more than can be charged at once."""

    code = "tip_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a payer asks for. `shown` is the sum on the button they pressed, tip included.

    `return_url` and `back_url` are absolute; `{attempt}` in them becomes the attempt's id.
    """

    choice: Choice
    tip: Money
    shown: Money
    payer_digest: str
    payer_email: str
    return_url: str
    back_url: str
    locale: str

    @property
    def line_ids(self) -> frozenset[UUID]:
        """The lines that are to be paid as a whole; none unless lines were chosen."""
        return frozenset(self.choice.line_ids if self.choice.mode == PayMode.ITEMS else ())


def open_page(*, tab_id: UUID, wish: Wish, now: datetime) -> CheckoutAttempt:
    """The page on which this payer can pay what they asked for. Pressing twice gives the same one.

    :raises NotOwing: the tab is open, settled or void.
    :raises AmountChanged: what would be charged is not what was shown.
    :raises NothingLeftToPay, PartTooLarge, PartTooSmall, RestTooSmall: see `part_to_pay`.
    :raises NothingChosen, LineTaken: the chosen lines cannot be had.
    :raises TipTooLarge: more than can be charged at once.
    :raises GatewayAway, CardPaymentsOff, TooSmallForCard: see `pages.open_page`.
    """
    for _round in range(ROUNDS):
        for own in _own_pages(tab_id, wish.payer_digest):
            kept = _keep_or_close(own, wish, now=now)
            if kept is not None:
                return kept
        operation = _prepare(tab_id, wish, now=now)
        if operation is not None:
            return pages.open_page(operation, now=now)
    raise pages.GatewayAway(gettext_noop("Another page of yours is just opening. Try again."))


def withdraw(attempt: CheckoutAttempt, *, now: datetime, patient: bool = False) -> CheckoutAttempt:
    """Close an attempt's page so that its money is free again, or learn that it was paid.

    :raises GatewayAway: Stripe could not be asked; the amount stays reserved.
    """
    if attempt.session_id is None:
        attempt = _find_page(attempt, now=now, patient=patient)
        if not attempt.is_reserving:
            return attempt
    operation = operations.prepare(
        kind=OperationKind.EXPIRE_CHECKOUT,
        subject_id=attempt.id,
        account_id=attempt.account_id,
        tab=attempt.tab,
        params={"session_id": attempt.session_id},
        now=now,
    )
    snapshot = pages.close_page(operation, now=now, patient=patient)
    return snapshots.apply_checkout(snapshot, now=now)


def resolve_opening(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out about a page whose opening got no answer.

    Nobody has the address of a page that is found only now, so it is closed again at once.
    """
    operations.resolve(pages.Opening(operation=operation, now=now))
    attempt = CheckoutAttempt.objects.get(id=operation.subject_id)
    if attempt.is_reserving:
        withdraw(attempt, now=now, patient=True)


def resolve_closing(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out about a page whose closing got no answer, and take over what it was."""
    outcome = operations.resolve(pages.Closing(operation=operation, now=now))
    if isinstance(outcome, CheckoutSnapshot):
        snapshots.apply_checkout(outcome, now=now)


def withdraw_all(*, tab_id: UUID, now: datetime) -> None:
    """Close every open page of a tab.

    :raises GatewayAway: one of them could not be closed.
    """
    for attempt in CheckoutAttempt.objects.reserving().filter(tab_id=tab_id):
        if attempt.state != AttemptState.PROCESSING:
            withdraw(attempt, now=now)


def refresh(*, attempt_id: UUID, now: datetime, patient: bool = False) -> CheckoutAttempt:
    """Ask Stripe what became of an attempt.

    :raises OutcomeUnknown, Busy, NotFound: Stripe could not say.
    """
    attempt = CheckoutAttempt.objects.select_related("account").get(id=attempt_id)
    if not attempt.is_reserving or attempt.session_id is None:
        return attempt
    gateway = accounts.gateway_of(attempt.account, patient=patient)
    return snapshots.apply_checkout(gateway.get_checkout(attempt.session_id), now=now)


def _own_pages(tab_id: UUID, payer_digest: str) -> list[CheckoutAttempt]:
    return list(
        CheckoutAttempt.objects.filter(
            tab_id=tab_id,
            payer_digest=payer_digest,
            state__in=[AttemptState.PREPARED, AttemptState.OPEN],
        )
    )


def _keep_or_close(own: CheckoutAttempt, wish: Wish, *, now: datetime) -> CheckoutAttempt | None:
    """This payer's page from before: the same again if it asks for the same, else closed."""
    if own.charge == wish.shown and own.tip == wish.tip and _chosen_on(own) == wish.line_ids:
        attempt = _find_page(own, now=now)
        try:
            attempt = refresh(attempt_id=attempt.id, now=now) if attempt.is_open else attempt
        except GatewayError:
            # Nobody can say; the same page again can never take the money twice.
            logger.warning("Nobody could say what became of attempt %s", attempt.id)
        return attempt if attempt.is_open else None
    withdraw(own, now=now)
    return None


def _chosen_on(attempt: CheckoutAttempt) -> frozenset[UUID]:
    return frozenset(attempt.chosen.values_list("line_id", flat=True))


def _find_page(
    attempt: CheckoutAttempt, *, now: datetime, patient: bool = False
) -> CheckoutAttempt:
    """The attempt with its page, asking again for one whose opening got no answer."""
    if attempt.session_id is not None:
        return attempt
    operation = GatewayOperation.objects.select_related("account").get(
        subject_id=attempt.id, kind=OperationKind.OPEN_CHECKOUT
    )
    return pages.open_page(operation, now=now, patient=patient)


@transaction.atomic
def _prepare(tab_id: UUID, wish: Wish, *, now: datetime) -> GatewayOperation | None:
    """Reserve the part and write down the call. None: this payer has a page by now."""
    tab = Tab.objects.lock(tab_id)
    if not tab.is_owing:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))
    if _own_pages(tab_id, wish.payer_digest):
        return None
    account = accounts.account_of(tab.venue)
    if account.is_refused:
        raise pages.cards_are_off()
    standing = balances.get_standing(tab)
    of_tab = _shares_for(tab, wish)
    part = allocation.part_to_pay(wish.choice, open_amount=standing.open_amount, shares=of_tab)
    _check_sum(part, wish)
    attempt = CheckoutAttempt.objects.create(
        account=account,
        tab=tab,
        payer_digest=wish.payer_digest,
        payer_email=wish.payer_email,
        amount_minor=part.minor,
        tip_minor=wish.tip.minor,
        currency=tab.currency,
        tab_version=tab.version,
        created_at=now,
        expires_at=now + PAGE_LIVES,
        next_check_at=now + FIRST_CHECK,
    )
    _take_lines(attempt, wish, of_tab)
    operation = GatewayOperation(
        id=uuid4(),
        account=attempt.account,
        venue_id=tab.venue_id,
        tab=tab,
        kind=OperationKind.OPEN_CHECKOUT,
        subject_id=attempt.id,
        created_at=now,
    )
    operation.params = pages.spec_as_params(_spec(tab, attempt, operation, wish))
    operation.save(force_insert=True)
    return operation


def _shares_for(tab: Tab, wish: Wish) -> tuple[LineShare, ...]:
    """The tab's lines, where lines were chosen; nobody else needs to know them."""
    if wish.choice.mode != PayMode.ITEMS:
        return ()
    return shares.get_shares(tab=tab)


def _take_lines(attempt: CheckoutAttempt, wish: Wish, of_tab: tuple[LineShare, ...]) -> None:
    AttemptLine.objects.bulk_create(
        AttemptLine(attempt=attempt, line_id=share.line_id, amount_minor=share.amount.minor)
        for share in of_tab
        if share.line_id in wish.line_ids
    )


def _check_sum(part: Money, wish: Wish) -> None:
    charge = part + wish.tip
    if charge.minor > MAX_MINOR:
        raise TipTooLarge(gettext_noop("That is more than can be charged at once."))
    if charge != wish.shown:
        raise AmountChanged(charge)


def _spec(
    tab: Tab, attempt: CheckoutAttempt, operation: GatewayOperation, wish: Wish
) -> CheckoutSpec:
    name = tab.token_code or f"#{tab.number}"
    metadata = our_metadata(tab=tab, operation_id=operation.id, attempt=attempt.id)
    # Should a backup have to be restored, this alone tells the tip from the bill.
    metadata["tip"] = str(attempt.tip.minor)
    return CheckoutSpec(
        reference=str(attempt.id),
        amount=attempt.amount,
        tip=attempt.tip,
        description=gettext("Your tab %(tab)s at %(venue)s")
        % {"tab": name, "venue": tab.venue.name},
        tip_description=gettext("Tip for the team"),
        email=wish.payer_email,
        success_url=wish.return_url.replace("{attempt}", str(attempt.id)),
        cancel_url=wish.back_url.replace("{attempt}", str(attempt.id)),
        expires_at=attempt.expires_at,
        locale=wish.locale,
        metadata=metadata,
    )
