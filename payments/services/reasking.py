"""A closed tab's lines changed: pages are closed, the books turned over, and it is asked anew.

The order is always the same. Outside any transaction: close the guests' pages. Inside one: lock,
make sure nobody is paying, book the old sum back, let orders change the lines and take over the new
sum, book that, and replace the request. What was paid stays where it is. No mail goes out: the link
the guest has shows what is left from now on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab
from orders.selectors import bills
from orders.services import tabs
from payments.models import CheckoutAttempt, Hold, PaymentRequest
from payments.rules.request_states import RequestState
from payments.selectors import balances
from payments.services import checkout, ledger, requests, settlement


class PaymentUnderWay(DomainError):
    """A guest is paying right now."""

    code = "payment_under_way"


class MoreWasPaid(DomainError):
    """The tab would owe less than was paid on it."""

    code = "more_was_paid"


def close_pages(tab_ids: Iterable[UUID], *, now: datetime) -> None:
    """Close every page of these tabs, in a fixed order, before anything is locked.

    :raises GatewayAway: one of them could not be closed.
    """
    for tab_id in sorted(tab_ids):
        checkout.withdraw_all(tab_id=tab_id, now=now)


def ensure_nobody_pays(tab: Tab) -> None:
    """:raises PaymentUnderWay: a page of this tab may still turn into money."""
    is_applying = Hold.objects.held().filter(tab_id=tab.id).exists()
    if is_applying or CheckoutAttempt.objects.reserving().filter(tab_id=tab.id).exists():
        raise PaymentUnderWay(gettext_noop("A guest is paying right now. Try again in a minute."))


def book_back(tab: Tab, *, now: datetime) -> None:
    """Before the lines change: what the closing booked is booked back.

    :raises PaymentUnderWay: a guest is paying right now.
    """
    ensure_nobody_pays(tab)
    ledger.reverse_closing(tab=tab, now=now)


def ask_anew(tab: Tab, *, now: datetime) -> None:
    """After the lines changed: book what they come to, ask for it, and see whether it is paid.

    :raises MoreWasPaid: that is less than what was paid already.
    """
    tabs.refreeze(tab)
    ledger.post_closing(tab=tab, totals=bills.bill_of(tab).totals, now=now)
    standing = balances.get_standing(tab)
    if standing.is_overpaid:
        raise MoreWasPaid(
            gettext_noop("%(paid)s was paid on this tab already, more than it would cost then."),
            paid=standing.paid,
        )
    _replace_request(tab, now=now)
    settlement.settle_if_paid(tab=tab, now=now)


def _replace_request(tab: Tab, *, now: datetime) -> None:
    """The same address and date, another amount; a tab that costs nothing asks for nothing."""
    before = PaymentRequest.objects.filter(tab_id=tab.id).order_by("created_at").last()
    requests.end_live_request(tab_id=tab.id, state=RequestState.SUPERSEDED)
    if tab.total.is_positive:
        requests.put_request(tab=tab, email=before.email if before else "", now=now)
