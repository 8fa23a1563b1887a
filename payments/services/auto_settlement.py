"""Closed tabs that settle themselves: planned, told to the guest, and called off.

The charge itself is in `saved_charges`. Rows are found by a sweep and decided on under the tab's
lock with the facts read anew, so that running twice, late or beside itself changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.selectors import bills
from orders.services import history, venues
from payments import emails
from payments.models import AutoSettlement, CardConsent
from payments.rules import auto_settlement as rules
from payments.rules.auto_settlement import AutoState, Why
from payments.selectors import balances, card_on_file
from payments.selectors.balances import Standing
from payments.services import card_mails, requests
from payments.services.requests import NotOwing

# Who or what calls a settlement off decides whether the guest needs the link to pay.
_NEEDS_LINK = frozenset(
    {Why.NOT_THIS_TIME, Why.WITHDRAWN, Why.STOPPED, Why.NOT_COVERED, Why.NOTICE_NOT_SENT}
)


class NothingToCallOff(DomainError):
    """The tab does not settle itself, or its card is being charged right now."""

    code = "nothing_to_call_off"


def plan(*, tab: Tab, now: datetime) -> AutoSettlement | None:
    """Have a closed tab settle itself, where its guest agreed to that; None where not.

    The caller holds the tab's lock.
    """
    if not tab.terms.auto_settles or tab.customer_id is None or tab.due_at is None:
        return None
    consent = CardConsent.objects.active().about(tab).first()
    if consent is None or not _is_covered(consent, tab, now=now):
        return None
    next_at, charge_at = rules.plan(due_at=tab.due_at, notice_hours=tab.terms.notice_hours, now=now)
    return AutoSettlement.objects.create(
        tab=tab,
        consent=consent,
        currency=tab.currency,
        notice_hours=tab.terms.notice_hours,
        charge_at=charge_at,
        next_at=next_at,
        created_at=now,
    )


@transaction.atomic
def notify(*, settlement_id: UUID, now: datetime) -> AutoSettlement:
    """Tell the guest what will be charged and when. It happens once for each settlement."""
    tab, row = lock(settlement_id)
    if row.state != AutoState.SCHEDULED or row.next_at > now:
        return row
    standing = balances.get_standing(tab)
    if not tab.is_owing or not standing.balance.is_positive:
        _end(tab, row, Why.PAID_OTHERWISE, now=now)
    elif not _is_covered(row.consent, tab, now=now):
        _end(tab, row, Why.NOT_COVERED, now=now)
    else:
        _tell(tab, row, standing, now=now)
    return row


def _tell(tab: Tab, row: AutoSettlement, standing: Standing, *, now: datetime) -> None:
    charge_at = max(row.charge_at, now + rules.notice_of(row.notice_hours))
    mail = emails.auto_notice(
        consent=row.consent, bill=bills.bill_of(tab), standing=standing, charge_at=charge_at
    )
    key = f"auto:{row.id}:notice"
    row.move_to(
        AutoState.NOTIFIED,
        told_minor=standing.balance.minor,
        notice=card_mails.write(
            mail, kind=emails.AUTO_NOTICE, source_key=key, tab=tab, consent=row.consent, now=now
        ),
        charge_at=charge_at,
        next_at=charge_at,
    )
    history.record(
        tab_id=tab.id,
        kind="auto_notified",
        at=now,
        amount_minor=standing.balance.minor,
        charge_at=charge_at.isoformat(),
        last4=row.consent.card_last4,
    )
    venues.bump_board(tab.venue_id)


def say_not_this_time(*, tab_id: UUID, now: datetime) -> None:
    """The guest would rather pay this one otherwise; the agreement itself stays.

    :raises NothingToCallOff: it does not settle itself, or is being charged right now.
    """
    if not call_off(tab_id=tab_id, why=Why.NOT_THIS_TIME, now=now):
        raise NothingToCallOff(gettext_noop("Nothing is waiting to be charged any more."))


def stop(*, tab_id: UUID, by: User, now: datetime) -> None:
    """Staff would rather have the guest pay this one by the link.

    :raises NothingToCallOff: it does not settle itself, or is being charged right now.
    """
    if not call_off(tab_id=tab_id, why=Why.STOPPED, now=now, by=by):
        raise NothingToCallOff(gettext_noop("Nothing is waiting to be charged any more."))


@transaction.atomic
def call_off(*, tab_id: UUID, why: Why, now: datetime, by: User | None = None) -> bool:
    """Charge nothing for this tab after all; False when there was nothing to call off."""
    tab = Tab.objects.lock(tab_id)
    row = AutoSettlement.objects.waiting().select_for_update().filter(tab_id=tab_id).first()
    if row is None:
        return False
    _end(tab, row, why, now=now, by=by)
    return True


def end_paid(*, tab: Tab, now: datetime) -> None:
    """The tab was settled before its card was due. The caller holds the tab's lock."""
    if tab.terms.auto_settles:
        waiting = AutoSettlement.objects.waiting().filter(tab_id=tab.id)
        waiting.update(state=AutoState.CANCELLED, why=Why.PAID_OTHERWISE, ended_at=now)


def lock(settlement_id: UUID) -> tuple[Tab, AutoSettlement]:
    """The tab first, then its settlement, as everywhere."""
    tab_id = AutoSettlement.objects.values_list("tab_id", flat=True).get(id=settlement_id)
    tab = Tab.objects.lock(tab_id)
    row = AutoSettlement.objects.select_for_update().get(id=settlement_id)
    return tab, row


def cancel(tab: Tab, row: AutoSettlement, why: Why, *, now: datetime) -> None:
    """As `call_off`, for whoever holds both locks."""
    _end(tab, row, why, now=now)


def _end(tab: Tab, row: AutoSettlement, why: Why, *, now: datetime, by: User | None = None) -> None:
    row.end(AutoState.CANCELLED, why, now=now)
    history.record(
        tab_id=tab.id,
        kind="auto_cancelled",
        at=now,
        by=by,
        actor="" if by else "guest" if why == Why.NOT_THIS_TIME else "sweep",
        why=why,
    )
    venues.bump_board(tab.venue_id)
    if why in _NEEDS_LINK and tab.is_owing:
        try:
            requests.send_to_guest(tab_id=tab.id, now=now)
        except NotOwing:
            return


def _is_covered(consent: CardConsent, tab: Tab, *, now: datetime) -> bool:
    balance = balances.get_standing(tab).balance
    return card_on_file.why_not_covered(consent, tab, balance, now=now) is None
