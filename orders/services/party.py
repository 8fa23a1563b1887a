"""What is known about the party at a tab: who, where, with which card, and what they asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Customer, Tab, User
from orders.rules.addresses import masked
from orders.rules.tab_states import FINAL, IllegalMove, TabStatus, ensure_open
from orders.rules.texts import tidy
from orders.services import cards, customers, history, links, venues

LONGEST_LABEL: Final = 60
MOST_GUESTS: Final = 999


class AddressGiven(DomainError):
    """A guest cannot change where a tab's mails go; staff can."""

    code = "address_given"


class GuestsCountUnclear(DomainError):
    """So many people do not sit at one tab."""

    code = "guests_count_unclear"


@transaction.atomic
def set_guest(
    *,
    tab_id: UUID,
    by: User | None,
    now: datetime,
    name: str = "",
    email: str = "",
    phone: str = "",
) -> Tab:
    """Say who the guest is. Without `by` the guest says so: once, and only for this tab.

    :raises AddressGiven: there is an address already, and no staff to change it.
    :raises AddressTaken: the number is another guest's.
    :raises EmailUnclear, PhoneUnclear, TextTooLong: something typed cannot be kept.
    :raises IllegalMove: the tab is settled or void.
    """
    tab = _lock_living(tab_id)
    name = tidy(name, limit=customers.LONGEST_NAME)
    if name:
        tab.amend(guest_name=name)
    if email.strip() and put_email(tab, email=email, by=by, now=now):
        tab.amend(customer=tab.customer)
    if phone.strip():
        _put_phone(tab, phone=phone, by=by, now=now)
    if by is not None and tab.customer is not None:
        customers.rename(customer=tab.customer, name=name)
    history.record(
        tab_id=tab.id,
        kind="guest_set",
        at=now,
        by=by,
        actor="" if by else "guest",
        email=masked(email.strip().lower()),
    )
    venues.bump_board(tab.venue_id)
    return tab


@transaction.atomic
def set_label(
    *, tab_id: UUID, by: User, now: datetime, label: str, guests_count: int | None
) -> Tab:
    """Say where the party sits, and how many they are.

    :raises TextTooLong, GuestsCountUnclear: it cannot be kept.
    :raises IllegalMove: the tab is settled or void.
    """
    tab = _lock_living(tab_id)
    tab.amend(label=tidy(label, limit=LONGEST_LABEL), guests_count=clean_guests_count(guests_count))
    history.record(
        tab_id=tab.id,
        kind="label_set",
        at=now,
        by=by,
        label=tab.label,
        guests_count=tab.guests_count,
    )
    venues.bump_board(tab.venue_id)
    return tab


def change_card(*, tab_id: UUID, by: User, now: datetime, token_code: str) -> Tab:
    """Give an open tab another card, or none.

    :raises TokenUnknown, TokenLost, TokenInUse: the card cannot be handed out.
    :raises TabNotOpen: the tab is not open.
    """
    try:
        return _change_card(tab_id, by=by, now=now, token_code=token_code)
    except IntegrityError:
        tab = Tab.objects.select_related("venue").get(id=tab_id)
        cards.refuse_if_held(venue=tab.venue, typed=token_code)
        # The tab that had the card was closed meanwhile.
        return _change_card(tab_id, by=by, now=now, token_code=token_code)


@transaction.atomic
def _change_card(tab_id: UUID, *, by: User, now: datetime, token_code: str) -> Tab:
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    card = cards.get_card(venue=tab.venue, typed=token_code) if token_code.strip() else None
    tab.amend(token_card=card, token_code=card.code if card else "")
    history.record(tab_id=tab.id, kind="card_changed", at=now, by=by, card=tab.token_code)
    venues.bump_board(tab.venue_id)
    return tab


@transaction.atomic
def ask_for_bill(*, tab_id: UUID, now: datetime) -> Tab:
    """The guest would like to go. Asking again changes nothing.

    :raises TabNotOpen: the tab is not open.
    """
    tab = Tab.objects.lock(tab_id)
    ensure_open(TabStatus(tab.status))
    if tab.bill_asked_at is None:
        tab.amend(bill_asked_at=now)
        history.record(tab_id=tab.id, kind="bill_asked", at=now, actor="guest")
        venues.bump_board(tab.venue_id)
    return tab


def put_email(tab: Tab, *, email: str, by: User | None, now: datetime) -> bool:
    """Let a tab's mails go to this address: whether it has another customer by that.

    The caller holds the tab's lock, and writes it.

    :raises AddressGiven: a guest would change the address that is there.
    :raises EmailUnclear: it is no address.
    """
    email, known = customers.clean_email(email), tab.customer
    known_email = known.email if known else ""
    if known is not None and known_email == email:
        return False
    if by is None and known is not None and known.email:
        raise AddressGiven(gettext_noop("This tab has an address already. Staff can change it."))
    if known is None:
        found = customers.find_or_create(
            venue=tab.venue,
            name=tab.guest_name,
            email=email,
            phone="",
            now=now,
            amend=by is not None,
        )
    else:
        found = customers.readdress(customer=known, tab=tab, email=email, now=now)
        if known_email:
            # Whoever reads mail at the old address was never meant to see this bill.
            links.revoke_all(tab_id=tab.id, now=now)
    tab.customer = found
    return True


def clean_guests_count(count: int | None) -> int | None:
    """:raises GuestsCountUnclear: it is no number of people."""
    if count is not None and not 1 <= count <= MOST_GUESTS:
        raise GuestsCountUnclear(gettext_noop("How many guests? Between 1 and 999, or leave it."))
    return count


def _put_phone(tab: Tab, *, phone: str, by: User | None, now: datetime) -> None:
    known: Customer | None = tab.customer
    if by is None and known is not None and known.phone:
        raise AddressGiven(
            gettext_noop("This tab has a phone number already. Staff can change it.")
        )
    if known is not None:
        customers.put_phone(customer=known, phone=phone, venue=tab.venue)
        return
    found = customers.find_or_create(
        venue=tab.venue,
        name=tab.guest_name,
        email="",
        phone=phone,
        now=now,
        amend=by is not None,
    )
    tab.amend(customer=found)


def _lock_living(tab_id: UUID) -> Tab:
    tab = Tab.objects.lock(tab_id)
    if tab.status in FINAL:
        raise IllegalMove(gettext_noop("This tab has ended; nothing about it changes any more."))
    return tab
