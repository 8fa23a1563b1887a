"""The page of one tab: its bill, its money, its messages and what has happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from config.front.pages import disputes as disputed
from config.front.pages import history as told
from config.front.pages import rearranging
from config.front.pages.disputes import ShownDispute
from config.front.pages.history import Told
from config.front.pages.lines import BillLine, readable
from config.front.pages.on_file import OnFile, get_on_file
from config.front.pages.reminding import Reminding, get_reminding
from config.front.pages.steps import Step, get_steps
from orders.models import Membership, Message, Rearrangement, Tab, TabClaim, TabEvent
from orders.rules.roles import Right
from orders.rules.tab_states import TabStatus
from orders.selectors import bills, history, promises
from orders.selectors.bills import Bill
from orders.selectors.promises import Promised
from payments.rules.refund_states import RefundState
from payments.selectors import balances, payments
from payments.selectors.balances import Standing
from payments.selectors.payments import Paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """Browsers that see the bill behind the card, and those that ask to."""

    granted: tuple[TabClaim, ...]
    waiting: tuple[TabClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TabPage:
    """One tab as staff see it; no query is left when the template starts."""

    bill: Bill
    lines: tuple[BillLine, ...]
    promised: tuple[Promised, ...]
    standing: Standing
    payments: tuple[Paid, ...]
    disputes: tuple[ShownDispute, ...]
    messages: tuple[Message, ...]
    events: tuple[Told, ...]
    phones: Phones
    reminding: Reminding
    on_file: OnFile | None
    steps: tuple[Step, ...]
    state: str
    opened_by: str
    days_left: int
    may_change: bool
    may_give: bool
    may_split: bool
    undoable: tuple[Rearrangement, ...]
    may_reopen: bool
    may_void: bool
    may_take_back: bool
    may_refund: bool
    may_review: bool

    @property
    def tab(self) -> Tab:
        return self.bill.tab

    @property
    def is_giving_back(self) -> bool:
        """Whether a refund was asked for that Stripe has not made yet."""
        states = (refund.state for paid in self.payments for refund in paid.refunds)
        return RefundState.REQUESTED in states

    @property
    def email(self) -> str:
        return self.tab.customer.email if self.tab.customer else ""


def get_tab_page(member: Membership, tab: Tab, *, now: datetime) -> TabPage:
    """Everything there is to know about a tab, in as many statements for any of them."""
    bill = bills.bill_of(tab)
    standing = balances.get_standing(tab)
    events = history.list_history(tab_id=tab.id)
    promised = promises.list_promised(bill.lines)
    state = state_of(bill, standing, now=now)
    return TabPage(
        bill=bill,
        lines=readable(bill.lines, promised),
        promised=promised,
        standing=standing,
        payments=payments.list_payments(tab_id=tab.id),
        disputes=disputed.show(disputed.of_tab(tab.id), now=now) if tab.closings else (),
        messages=tuple(Message.objects.filter(tab=tab).order_by("-created_at")),
        events=_told(reversed(events), tab),
        phones=_phones(tab),
        reminding=get_reminding(tab),
        on_file=get_on_file(tab),
        steps=get_steps(bill, standing, events, state=state),
        state=state,
        opened_by=next(
            (event.by.get_short_name() for event in events if event.kind == "opened" and event.by),
            "",
        ),
        days_left=_days_left(tab, now=now),
        may_change=tab.is_open or tab.is_owing,
        may_give=_may_give(member, bill),
        may_split=(tab.is_open or tab.is_owing) and standing.balance.is_positive,
        undoable=rearranging.list_undoable(tab),
        may_reopen=member.may(Right.REOPEN_TAB) and tab.is_owing and standing.paid.is_zero,
        may_void=_may_void(member, bill, standing),
        may_take_back=member.may(Right.REVIEW_MONEY),
        may_refund=member.may(Right.REFUND),
        may_review=member.may(Right.REVIEW_MONEY),
    )


def state_of(bill: Bill, standing: Standing, *, now: datetime) -> str:
    """The one word for where a tab is, as badges say it."""
    tab = bill.tab
    if tab.is_open:
        return "served" if bill.is_served else "open"
    if not tab.is_owing:
        return TabStatus(tab.status)
    if tab.is_overdue(now):
        return "overdue"
    return "part" if standing.is_part_paid else "due"


def _told(events: Iterable[TabEvent], tab: Tab) -> tuple[Told, ...]:
    """The events in words; without what closing sends, where there is no bar to send it to."""
    return tuple(
        told.tell(event, currency=tab.currency)
        for event in events
        if event.kind != "sent" or tab.venue.sends_to_bar
    )


def _phones(tab: Tab) -> Phones:
    claims = (
        TabClaim.objects.filter(tab=tab).select_related("decided_by").order_by("created_at", "id")
    )
    return Phones(granted=tuple(claims.granted()), waiting=tuple(claims.waiting()))


def _days_left(tab: Tab, *, now: datetime) -> int:
    """Whole local days until the pay-by date; negative when it has passed."""
    if tab.due_at is None:
        return 0
    return (tab.venue.local(tab.due_at).date() - tab.venue.local(now).date()).days


def _may_give(member: Membership, bill: Bill) -> bool:
    tab = bill.tab
    if not (tab.is_open or tab.is_owing) or not bill.total.is_positive:
        return False
    return member.may(Right.GIVE_FREELY) or tab.venue.gift_limit.is_positive


def _may_void(member: Membership, bill: Bill, standing: Standing) -> bool:
    tab = bill.tab
    if not (tab.is_open or tab.is_owing) or standing.paid.is_positive:
        return False
    return member.may(Right.VOID_TAB) or (tab.is_open and bill.total.is_zero)
