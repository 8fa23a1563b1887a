"""Is this tab paid? The only place that compares a balance with zero."""

from __future__ import annotations

from datetime import datetime

from orders.models import Tab
from orders.services import history, messages, tabs, venues
from payments.models import PaymentRequest
from payments.rules.request_states import RequestState
from payments.selectors import balances
from payments.selectors.balances import Standing
from payments.services import auto_settlement, overpayments, refund_notes, reminder_plans


def settle_if_paid(*, tab: Tab, now: datetime, booked: Standing | None = None) -> Standing:
    """Settle a closed tab nothing is owed on; note what was paid too much.

    The caller holds the tab's lock. `booked` is what it has read since it last wrote to the ledger.
    """
    standing = booked or balances.get_booked(tab)
    # Reminders that have not left name an amount that is owed no longer.
    messages.withdraw_reminders(tab_id=tab.id)
    if tab.is_owing and not standing.balance.is_positive:
        requests = PaymentRequest.objects.filter(tab_id=tab.id, state=RequestState.PENDING)
        requests.update(state=RequestState.PAID)
        auto_settlement.end_paid(tab=tab, now=now)
        tabs.settle(tab, now=now)
    else:
        venues.bump_board(tab.venue_id)
    if standing.is_overpaid:
        _give_back_excess(tab, standing, now=now)
    return standing


def _give_back_excess(tab: Tab, standing: Standing, *, now: datetime) -> None:
    excess = standing.overpaid
    event = history.record(tab_id=tab.id, kind="overpaid", at=now, amount_minor=excess.minor)
    planned = overpayments.plan(tab=tab, now=now)
    refund_notes.tell_managers_of_excess(
        excess, tab=tab, event_id=event.pk, goes_back=bool(planned), now=now
    )


def owe_again_if_due(*, tab: Tab, now: datetime) -> Standing:
    """Ask again for a settled tab on which something is owed after all, by the date it had.

    The caller holds the tab's lock.
    """
    standing = balances.get_standing(tab)
    if not (tab.is_settled and standing.balance.is_positive):
        venues.bump_board(tab.venue_id)
        return standing
    asked = PaymentRequest.objects.filter(tab_id=tab.id, state=RequestState.PAID).latest(
        "created_at"
    )
    PaymentRequest.objects.create(
        tab_id=tab.id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        due_at=asked.due_at,
        email=asked.email,
        created_at=now,
    )
    tabs.mark_owing_again(tab_id=tab.id, now=now)
    reminder_plans.plan(tab=tab, now=now)
    return standing
