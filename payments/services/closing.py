"""Closing a tab: the amount is frozen, booked and asked for in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from config.kernel.events import publish
from config.kernel.transactions import joining
from orders.models import Tab, User
from orders.selectors.bills import Bill
from orders.services import links, tabs
from payments import events
from payments.models import PaymentRequest
from payments.services import auto_settlement, ledger, reminder_plans, requests


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTab:
    """A tab that was just closed. `token` opens its pay page and is told to this caller only."""

    bill: Bill
    request: PaymentRequest
    token: str = field(repr=False)

    @property
    def tab(self) -> Tab:
        return self.bill.tab


@joining
def close_and_request(
    *,
    tab_id: UUID,
    by: User,
    now: datetime,
    email: str = "",
    venue_id: UUID | None = None,
    by_mail: bool = True,
) -> ClosedTab:
    """Close a tab, book what is owed, ask for it, and put the mail in the outbox.

    Nothing here needs the broker, the mail server or Stripe. Without `by_mail` the caller sends the
    link later.

    :raises Tab.DoesNotExist: with `venue_id`, the tab is not one of that venue.
    :raises IllegalMove: the tab is not open.
    :raises NothingToPay: everything on it was voided; void the tab instead.
    """
    bill = tabs.close_to_bill(tab_id=tab_id, by=by, now=now, email=email, venue_id=venue_id)
    tab = bill.tab
    ledger.post_closing(tab=tab, totals=bill.totals, now=now)
    planned = auto_settlement.plan(tab=tab, now=now)
    # A tab whose notice leaves at once is not asked for by a second mail.
    is_told = planned is not None and planned.next_at <= now
    request = requests.ask(tab=tab, bill=bill, now=now, by_mail=by_mail and not is_told)
    reminder_plans.plan(tab=tab, now=now)
    token = links.mint(tab_id=tab.id, now=now)
    publish(events.PaymentRequested(tab_id=tab.id))
    if planned is not None:
        publish(events.AutoSettlementPlanned(tab_id=tab.id))
    return ClosedTab(bill=bill, request=request, token=token)
