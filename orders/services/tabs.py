"""Everything that changes a tab as a whole.

Its life from opening to settling stands here; what is learned about the party and what is sent to
the bar are neighbours, told under the same name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.events import publish
from config.kernel.money import MAX_MINOR
from config.kernel.prepared import insert
from config.kernel.transactions import joining
from orders import events
from orders.models import Customer, Tab, User, Venue
from orders.rules import terms
from orders.rules.addresses import masked
from orders.rules.tab_states import TabStatus, ensure_closable, ensure_move
from orders.rules.texts import tidy, tidy_reason
from orders.selectors import bills
from orders.selectors.bills import Bill
from orders.services import cards, customers, history, party, purchase_orders, sending, venues
from orders.services.party import ask_for_bill, change_card, set_guest, set_label
from orders.services.sending import mark_served, send_lines

__all__ = [
    "AboveChargeLimit", "NothingToPay", "ask_for_bill", "change_card", "close_tab", "close_to_bill",
    "mark_owing_again", "mark_put_off", "mark_served", "mark_settled", "open_tab", "refreeze",
    "reopen_tab", "send_lines", "set_guest", "set_label", "settle", "void_tab",
]  # fmt: skip
LONGEST_REASON: Final = 160


class NothingToPay(DomainError):
    """Everything on the tab was voided, or nothing was ever on it."""

    code = "nothing_to_pay"


class AboveChargeLimit(DomainError):
    """No card payment can be this large."""

    code = "above_charge_limit"


def open_tab(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    label: str = "",
    guest_name: str = "",
    email: str = "",
    phone: str = "",
    customer: Customer | None = None,
    token_code: str = "",
    guests_count: int | None = None,
    purchase_order: str = "",
    request_key: str | None = None,
) -> Tab:
    """Start a tab. The same `request_key` again is the same tab.

    :raises TokenUnknown, TokenLost, TokenInUse: the card cannot be handed out.
    :raises EmailUnclear, PhoneUnclear, TextTooLong, GuestsCountUnclear: see there.
    """
    tab = Tab(
        venue=venue,
        label=tidy(label, limit=party.LONGEST_LABEL),
        guest_name=tidy(guest_name, limit=customers.LONGEST_NAME),
        guests_count=party.clean_guests_count(guests_count),
        purchase_order=tidy(purchase_order, limit=purchase_orders.LONGEST),
        customer=customer,
        request_key=request_key,
        opened_by=by,
        opened_at=now,
    )
    if not (request_key or token_code):
        # Only a key or a card can be somebody else's already.
        return _open(tab, email=email, phone=phone, token_code="")
    return _open_or_find(tab, email=email, phone=phone, token_code=token_code)


def _open_or_find(tab: Tab, *, email: str, phone: str, token_code: str) -> Tab:
    try:
        with transaction.atomic():
            return _open(tab, email=email, phone=phone, token_code=token_code)
    except IntegrityError:
        # Another request was first: with the same key, or with a card that may be free by now.
        before = Tab.objects.filter(venue=tab.venue, request_key=tab.request_key).first()
        if tab.request_key is not None and before is not None:
            return before
        cards.refuse_if_held(venue=tab.venue, typed=token_code)
        return _open(tab, email=email, phone=phone, token_code=token_code)


@joining
def _open(tab: Tab, *, email: str, phone: str, token_code: str) -> Tab:
    card = cards.get_card(venue=tab.venue, typed=token_code) if token_code else None
    tab.token_card, tab.token_code = card, card.code if card else ""
    tab.currency = tab.venue.currency
    if tab.customer is None:
        tab.customer = customers.find_or_create(
            venue=tab.venue, name=tab.guest_name, email=email, phone=phone, now=tab.opened_at
        )
    tab.number, tab.terms_id = venues.take_tab_number(tab.venue_id)
    insert(tab)
    history.record(
        tab_id=tab.id,
        kind="opened",
        at=tab.opened_at,
        by=tab.opened_by,
        card=tab.token_code,
        label=tab.label,
    )
    return tab


def close_tab(*, tab_id: UUID, by: User, now: datetime, email: str = "") -> Tab:
    """Close a tab as `close_to_bill` does; it raises the same."""
    return close_to_bill(tab_id=tab_id, by=by, now=now, email=email).tab


@joining
def close_to_bill(
    *, tab_id: UUID, by: User, now: datetime, email: str = "", venue_id: UUID | None = None
) -> Bill:
    """Freeze what is owed, start the clock, free the card. Lines not sent yet are sent.

    Payments calls this inside its own closing, which also asks for the money.

    :raises Tab.DoesNotExist: with `venue_id`, the tab is not one of that venue.
    :raises IllegalMove: the tab is not open.
    :raises NothingToPay: nothing on it costs anything; void it instead.
    :raises AboveChargeLimit: it is worth more than can be charged.
    :raises PromiseNotAcknowledged: a service on it waits for the guest's yes.
    :raises EmailUnclear: the address is none.
    """
    tab = Tab.objects.lock(tab_id, venue_id=venue_id)
    ensure_closable(TabStatus(tab.status))
    if email:
        party.put_email(tab, email=email, by=by, now=now)
    bill = bills.bill_of(tab)
    total = bill.totals.total
    if not total.is_positive:
        raise NothingToPay(gettext_noop("There is nothing to pay on this tab; void it instead."))
    if total.minor > MAX_MINOR:
        raise AboveChargeLimit(gettext_noop("No payment can be that large. Split the tab first."))
    sending.refuse_waiting(bill.standing)
    sending.send(tab, lines=bill.standing, by=by, now=now)
    due_at = terms.due_at(now, days_to_pay=tab.terms.days_to_pay, time_zone=tab.venue.time_zone)
    tab.close(total=total, now=now, due_at=due_at)
    history.record(
        tab_id=tab.id,
        kind="closed",
        at=now,
        by=by,
        total_minor=total.minor,
        email=masked(tab.customer.email) if email and tab.customer else "",
    )
    publish(events.TabClosed(tab_id=tab.id))
    venues.bump_board(tab.venue_id)
    return bill


def refreeze(tab: Tab) -> None:
    """Take over what the lines of a closed tab come to now.

    Payments calls this with the tab's lock held, between booking the old sum back and the new one.

    :raises IllegalMove: the tab is not closed.
    """
    if not tab.is_owing:
        ensure_move(TabStatus(tab.status), TabStatus.CLOSED)
    tab.refreeze(total=bills.bill_of(tab).totals.total)


@transaction.atomic
def reopen_tab(*, tab_id: UUID, by: User, now: datetime, reason: str) -> Tab:
    """Let a closed tab change again. Payments calls this once nothing can be paid on it.

    :raises IllegalMove: the tab is not closed.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    """
    tab = Tab.objects.lock(tab_id)
    reason = tidy_reason(reason, limit=LONGEST_REASON)
    tab.reopen()
    history.record(tab_id=tab.id, kind="reopened", at=now, by=by, reason=reason)
    venues.bump_board(tab.venue_id)
    return tab


@transaction.atomic
def void_tab(*, tab_id: UUID, by: User, now: datetime, reason: str) -> Tab:
    """End a tab that nobody has to pay. Payments calls this once it has booked the end.

    :raises IllegalMove: the tab is settled, written off or void.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    """
    tab = Tab.objects.lock(tab_id)
    reason = tidy_reason(reason, limit=LONGEST_REASON)
    tab.void(now=now)
    history.record(tab_id=tab.id, kind="voided", at=now, by=by, reason=reason)
    venues.bump_board(tab.venue_id)
    return tab


@joining
def mark_settled(*, tab_id: UUID, now: datetime) -> Tab:
    """Record that a tab is paid in full. Payments decides when.

    :raises IllegalMove: the tab was never closed, is void, or is settled already.
    """
    tab = Tab.objects.lock(tab_id)
    settle(tab, now=now)
    return tab


def settle(tab: Tab, *, now: datetime) -> None:
    """Do so for a tab whose lock the caller holds.

    :raises IllegalMove: as `mark_settled`.
    """
    tab.settle(now=now)
    history.record(tab_id=tab.id, kind="settled", at=now)
    publish(events.TabSettled(tab_id=tab.id))
    venues.bump_board(tab.venue_id)


@transaction.atomic
def mark_owing_again(*, tab_id: UUID, now: datetime) -> Tab:
    """Record that the money which settled a tab was never taken. Payments decides when.

    :raises IllegalMove: the tab is not settled.
    """
    tab = Tab.objects.lock(tab_id)
    tab.owe_again()
    history.record(tab_id=tab.id, kind="owed_again", at=now)
    venues.bump_board(tab.venue_id)
    return tab


@transaction.atomic
def mark_put_off(*, tab_id: UUID, due_at: datetime) -> Tab:
    """Record that the guest has until later to pay. Payments decides who may, and until when."""
    tab = Tab.objects.lock(tab_id)
    tab.put_off(due_at=due_at)
    venues.bump_board(tab.venue_id)
    return tab
