"""Giving money back to the card it came from: all of a payment, a part, or some lines.

What may go back is reserved by the refund's own row, under the tab's lock, before Stripe is asked;
so two people who press at once can never give back more than was captured.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, total
from orders.models import Tab, User
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.texts import tidy_reason
from orders.selectors import tabs
from orders.services import history
from payments.gateway.errors import Busy, GatewayError, OutcomeUnknown
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import RefundSnapshot
from payments.gateway.specs import RefundSpec
from payments.models import GatewayOperation, Payment, Refund, RefundLine
from payments.rules.allocation import LineShare
from payments.rules.operation_states import OperationKind
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.rules.refunding import Parts, ensure_refundable, excess_in
from payments.selectors import refunds, shares
from payments.services import operations, refunding
from payments.services.marks import our_metadata
from payments.services.operations import Errand, NotFoundAnywhere

logger = logging.getLogger(__name__)
LONGEST_REASON: Final = 200


class LineGivenBack(DomainError):
    """A chosen line is not on the tab, or was given back already."""

    code = "line_given_back"


class PaymentDisputed(DomainError):
    """The bank has this money until the dispute is decided, or for good."""

    code = "payment_disputed"


class RefundRefused(DomainError):
    """Stripe refused; nothing was given back."""

    code = "refund_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """What is to go back. With `line_ids` the amount is what these lines came to."""

    amount: Money
    tip: Money
    reason: str
    line_ids: tuple[UUID, ...] = ()


class Refunding(Errand[RefundSnapshot]):
    """Have Stripe give money back."""

    waits_for_keys = True

    def ask(self, gateway: PaymentGateway) -> RefundSnapshot:
        words = self.operation.params
        spec = RefundSpec(
            intent_id=str(words["intent_id"]),
            amount=Money(int(words["amount_minor"]), str(words["currency"])),
            metadata=self._metadata,
        )
        return gateway.refund(spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> RefundSnapshot | None:
        for snapshot in gateway.list_refunds_of(str(self.operation.params["intent_id"])):
            if snapshot.metadata.get("op") == str(self.operation.id):
                return snapshot
        return None

    def record(self, answer: RefundSnapshot) -> None:
        refunding.take_over(self.operation.subject_id, answer, now=self.now)

    def refuse(self, error: GatewayError, /) -> None:
        if isinstance(error, NotFoundAnywhere):
            self._ask_anew()
        else:
            refunding.refuse(self.operation.subject_id, str(error), now=self.now)

    def _ask_anew(self) -> None:
        """It never got there, as while a key was refused, and is still wanted: under a new key."""
        refund = Refund.objects.select_related("payment").get(id=self.operation.subject_id)
        if refund.state == RefundState.REQUESTED:
            plan(refund, tab=Tab.objects.lock(refund.tab_id), now=self.now)

    @property
    def _metadata(self) -> dict[str, str]:
        tab = self.operation.tab
        assert tab is not None, "a refund is of a tab's payment"
        return our_metadata(
            tab=tab, operation_id=self.operation.id, refund=self.operation.subject_id
        )


def refund(
    *,
    payment_id: UUID,
    by: User,
    role: Role,
    wish: RefundWish,
    request_key: str,
    now: datetime,
) -> Refund:
    """Give back a payment or a part of it, once for each `request_key`.

    Where Stripe does not answer in time the refund stays requested and is asked about by a sweep.

    :raises NotAllowed: only managers give money back.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    :raises RefundUnclear, MoreThanLeft: see `ensure_refundable`.
    :raises LineGivenBack: a chosen line cannot be had.
    :raises PaymentDisputed: a bank has taken it back.
    :raises RefundRefused: Stripe said no; nothing was given back.
    """
    ensure_may(role, Right.REFUND)
    wish = replace(wish, reason=tidy_reason(wish.reason, limit=LONGEST_REASON))
    made, operation = _prepare(payment_id, by=by, wish=wish, request_key=request_key, now=now)
    if operation is not None:
        send(operation, now=now)
        made.refresh_from_db()
    return made


def send(operation: GatewayOperation, *, now: datetime, patient: bool = False) -> None:
    """Ask Stripe for a prepared refund. Without an answer it stays requested.

    :raises RefundRefused: Stripe said no; nothing was given back.
    """
    try:
        operations.run(Refunding(operation=operation, now=now), patient=patient)
    except (OutcomeUnknown, Busy):
        logger.warning("Nobody could say what became of refund %s", operation.subject_id)
    except GatewayError as error:
        logger.exception("Stripe refused refund %s", operation.subject_id)
        raise RefundRefused(
            gettext_noop("Stripe refused this refund, and nothing was given back.")
        ) from error


def resolve(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out about a refund that got no answer."""
    operations.resolve(Refunding(operation=operation, now=now))


def plan(refund: Refund, *, tab: Tab, now: datetime) -> GatewayOperation:
    """Write down the call that makes a refund; the caller holds the tab's lock."""
    return operations.prepare(
        kind=OperationKind.REFUND,
        subject_id=refund.id,
        account_id=refund.account_id,
        tab=tab,
        params={
            "intent_id": refund.payment.intent_id,
            "amount_minor": refund.whole.minor,
            "currency": refund.currency,
        },
        now=now,
    )


@transaction.atomic
def _prepare(
    payment_id: UUID, *, by: User, wish: RefundWish, request_key: str, now: datetime
) -> tuple[Refund, GatewayOperation | None]:
    """Reserve what goes back. No operation: this very press was made before."""
    payment = Payment.objects.select_related("account", "tab").get(id=payment_id)
    tab, home = _lock(payment.tab)
    before = Refund.objects.filter(payment=payment, request_key=request_key).first()
    if before is not None:
        return before, None
    chosen = _chosen(home, wish)
    wanted = Parts(bill=_amount(chosen, wish), tip=wish.tip)
    _ensure_can_go_back(payment, wanted)
    made = Refund.objects.create(
        account=payment.account,
        tab=tab,
        payment=payment,
        origin=RefundOrigin.STAFF,
        amount_minor=wanted.bill.minor,
        tip_minor=wanted.tip.minor,
        excess_minor=excess_in(wanted.bill, excess=refunds.excess_of(tab)).minor,
        currency=payment.currency,
        reason=wish.reason,
        requested_by=by,
        request_key=request_key,
        created_at=now,
    )
    RefundLine.objects.bulk_create(
        RefundLine(refund=made, line_id=share.line_id, amount_minor=share.amount.minor)
        for share in chosen
    )
    history.record(
        tab_id=tab.id,
        kind="refund_requested",
        at=now,
        by=by,
        amount_minor=made.whole.minor,
        last4=payment.card_last4,
        reason=made.reason,
    )
    return made, plan(made, tab=tab, now=now)


def _lock(tab: Tab) -> tuple[Tab, Tab]:
    """The tab that was paid, and the one that has its lines; in the order merging locks them."""
    while True:
        home = tabs.follow(tab)
        locked = {each: Tab.objects.lock(each) for each in sorted({tab.id, home.id})}
        if tabs.follow(locked[tab.id]).id == home.id:
            return locked[tab.id], locked[home.id]


def _ensure_can_go_back(payment: Payment, wanted: Parts) -> None:
    if payment.disputes.blocking_refunds().exists():
        raise PaymentDisputed(
            gettext_noop("A bank has taken this payment back, so it cannot be given back here.")
        )
    ensure_refundable(wanted, left=refunds.left_of(payment))


def _chosen(tab: Tab, wish: RefundWish) -> tuple[LineShare, ...]:
    if not wish.line_ids:
        return ()
    gone = refunds.lines_given_back(tab)
    wanted = frozenset(wish.line_ids)
    found = tuple(
        share
        for share in shares.get_shares(tab=tab)
        if share.line_id in wanted and share.line_id not in gone
    )
    if len(found) != len(wanted):
        raise LineGivenBack(gettext_noop("One of these was given back already. Choose again."))
    return found


def _amount(chosen: Iterable[LineShare], wish: RefundWish) -> Money:
    if not wish.line_ids:
        return wish.amount
    return total([share.amount for share in chosen], wish.amount.currency)
