"""Finding tabs for a caller, and everything about one of them in as few statements as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from config.front.api import shapes
from config.front.api.shapes import FullBill
from config.kernel.api.scope import members_of
from config.kernel.browser import absolute
from config.kernel.money import Money
from orders.models import Customer, Membership, Tab, TabEvent
from orders.rules.tab_states import TabStatus
from orders.rules.token_codes import read_code
from orders.selectors import bills, history, promises
from orders.selectors.bills import Bill
from payments.selectors import balances, payments
from payments.selectors.balances import Standing

# Stands where a tab's own key goes.
_KEY: Final = "guest-key"


def find_tab(request: Request, tab_id: UUID) -> tuple[Membership, Tab]:
    """The tab, and the caller's standing where it is.

    :raises NotFound: it is not there, or not theirs to see; nobody is told which.
    """
    members: dict[UUID, Membership] = {each.venue_id: each for each in members_of(request)}
    tabs = Tab.objects.filter(id=tab_id, venue_id__in=members)
    tab = tabs.select_related("customer").first()
    if tab is None:
        raise NotFound
    member = members[tab.venue_id]
    tab.venue = member.venue
    return member, tab


def find_member_at(request: Request, tab_id: UUID) -> Membership:
    """The caller's standing where the tab is.

    Somebody who works at one venue only stands there, wherever the tab may be: whoever goes on has
    to look for it at that venue, and does so under its lock.

    :raises NotFound: it is not there, or not theirs to see; nobody is told which.
    """
    members: tuple[Membership, ...] = members_of(request)
    return members[0] if len(members) == 1 else find_tab(request, tab_id)[0]


def find_customer(member: Membership, customer_id: UUID | None) -> Customer | None:
    """Somebody on file here; None when nobody was named.

    :raises NotFound: there is nobody of this id here.
    """
    if customer_id is None:
        return None
    customer = member.venue.customers.filter(id=customer_id).first()
    if customer is None:
        raise NotFound
    return customer.entry


def list_tabs(member: Membership, asked: dict[str, Any], *, now: datetime) -> QuerySet[Tab]:
    """A venue's tabs that match every filter."""
    # Asked through the venue, so that every tab knows it without its being read again for each.
    tabs = member.venue.tabs.select_related("customer")
    if "owing" in asked:
        tabs = tabs.owing()
    if "overdue" in asked:
        tabs = tabs.overdue(now)
    if "token" in asked:
        # A card goes from tab to tab: the one it lies on now comes first.
        open_first = Case(When(status=TabStatus.OPEN, then=Value(0)), default=Value(1))
        tabs = tabs.filter(token_code=read_code(asked["token"]) or "-").annotate(rank=open_first)
    exact = {
        "status": asked.get("status"),
        "customer_id": asked.get("customer"),
        "opened_at__gt": asked.get("opened_after"),
    }
    return tabs.filter(**{name: value for name, value in exact.items() if value is not None})


def show(request: Request, bill: Bill, *, now: datetime) -> dict[str, Any]:
    """A bill as the API says it after a change."""
    return _show(request, bill, _standing_of(bill), now=now)


def show_whole(request: Request, bill: Bill, *, now: datetime) -> dict[str, Any]:
    """A bill with the tab's history, which grows with every change and is told only when asked."""
    told = history.list_history(tab_id=bill.tab.id)
    return _show(request, bill, _standing_of(bill), now=now, told=told)


def show_closed(request: Request, bill: Bill, *, now: datetime) -> dict[str, Any]:
    """The bill of a tab that was closed in this transaction, without reading it once more."""
    # Money goes to closed tabs only, and this one was open until now: unless it was closed before,
    # nothing can have come in.
    standing = _untouched(bill) if bill.tab.closings == 1 else _standing_of(bill)
    return _show(request, bill, standing, now=now)


def _show(
    request: Request,
    bill: Bill,
    standing: Standing,
    *,
    now: datetime,
    told: Sequence[TabEvent] | None = None,
) -> dict[str, Any]:
    tab = bill.tab
    full = FullBill(
        bill=bill,
        promised=promises.list_promised(bill.lines),
        standing=standing,
        payments=payments.list_payments(tab_id=tab.id) if standing.has_moved else (),
        history=told,
    )
    return shapes.bill(full, guest_url=guest_url(request, tab), now=now)


def show_tab(request: Request, tab_id: UUID, *, now: datetime) -> dict[str, Any]:
    """A tab's bill as it stands now."""
    return show(request, bills.get_bill(tab_id=tab_id), now=now)


def just_opened(tab: Tab) -> Bill:
    """The bill of a tab that has nothing on it yet."""
    return Bill(tab=tab, lines=(), totals=bills.add_up(tab, ()))


def guest_url(request: Request, tab: Tab) -> str:
    """Where the guest looks at this tab."""
    return absolute(request, _guest_path().replace(_KEY, tab.guest_key))


@cache
def _guest_path() -> str:
    """The way to a guest's page. Looked up once: a list asks for it two hundred times."""
    return reverse("token:scan", args=[_KEY])


def _standing_of(bill: Bill) -> Standing:
    if not bill.tab.closings:
        # Nobody was ever asked to pay this tab, so nothing can have moved: no need to look.
        return _untouched(bill)
    standing = balances.get_standing(bill.tab)
    if bill.tab.is_open:
        # It was opened again: its lines are newer than the sum its row was read with.
        return replace(standing, total=bill.total, balance=bill.total - standing.paid)
    return standing


def _untouched(bill: Bill) -> Standing:
    """Where a tab stands on which nothing has moved."""
    none = Money.zero(bill.tab.currency)
    left = none if bill.tab.is_void else bill.total
    return Standing(total=bill.total, paid=none, tips=none, reserved=none, balance=left)
