"""Taking a closed tab back: to change it, or to void it. Open Stripe pages are closed first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.tab_states import TabStatus, ensure_move
from orders.services import tabs
from payments.rules.auto_settlement import Why
from payments.rules.request_states import RequestState
from payments.selectors import balances
from payments.services import auto_settlement, checkout, ledger, reasking, reminder_plans, requests
from payments.services.reasking import PaymentUnderWay

__all__ = ["MoneyCameIn", "PaymentUnderWay", "reopen_tab", "void_tab"]


class MoneyCameIn(DomainError):
    """Something was paid already, so what was asked for can no longer change."""

    code = "money_came_in"


def reopen_tab(*, tab_id: UUID, by: User, role: Role, reason: str, now: datetime) -> Tab:
    """Open a closed tab again, so that its lines can change.

    :raises NotAllowed: the role may not reopen.
    :raises IllegalMove: the tab is not closed.
    :raises MoneyCameIn: part of it was paid.
    :raises PaymentUnderWay: a payment is on its way.
    :raises GatewayAway: an open page could not be closed.
    """
    ensure_may(role, Right.REOPEN_TAB)
    _check_move(tab_id, TabStatus.OPEN)
    checkout.withdraw_all(tab_id=tab_id, now=now)
    with transaction.atomic():
        _take_back(tab_id, state=RequestState.SUPERSEDED, now=now)
        return tabs.reopen_tab(tab_id=tab_id, by=by, now=now, reason=reason)


def void_tab(*, tab_id: UUID, by: User, role: Role, reason: str, now: datetime) -> Tab:
    """End a tab nobody has to pay. Staff may void an empty one; anything on it asks a manager.

    Raises as `reopen_tab` does.
    """
    tab = Tab.objects.get(id=tab_id)
    if not (tab.is_open and tab.total.is_zero):
        ensure_may(role, Right.VOID_TAB)
    _check_move(tab_id, TabStatus.VOID)
    checkout.withdraw_all(tab_id=tab_id, now=now)
    with transaction.atomic():
        tab = Tab.objects.lock(tab_id)
        if tab.is_owing:
            _take_back(tab_id, state=RequestState.CANCELLED, now=now)
        return tabs.void_tab(tab_id=tab_id, by=by, now=now, reason=reason)


def _check_move(tab_id: UUID, wanted: TabStatus) -> None:
    """Refuse before Stripe's pages are touched; the transaction checks again."""
    tab = Tab.objects.get(id=tab_id)
    ensure_move(TabStatus(tab.status), wanted)
    if tab.is_owing and balances.get_standing(tab).paid.is_positive:
        raise MoneyCameIn(gettext_noop("Part of this tab was paid already; it stays as it is."))


def _take_back(tab_id: UUID, *, state: RequestState, now: datetime) -> None:
    tab = Tab.objects.lock(tab_id)
    reasking.ensure_nobody_pays(tab)
    if balances.get_standing(tab).paid.is_positive:
        raise MoneyCameIn(gettext_noop("Part of this tab was paid already; it stays as it is."))
    auto_settlement.call_off(tab_id=tab_id, why=Why.REOPENED, now=now)
    ledger.reverse_closing(tab=tab, now=now)
    requests.end_live_request(tab_id=tab_id, state=state)
    reminder_plans.suspend(tab_id=tab_id, now=now)
