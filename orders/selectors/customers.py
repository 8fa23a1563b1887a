"""People on file, found again at their own venue only."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from config.kernel.money import Money
from orders.models import Customer, Tab, Venue
from orders.rules.tab_states import TabStatus
from orders.rules.texts import plain

FEWEST_LETTERS: Final = 2


def find(*, venue: Venue, email: str = "", phone: str = "", hold: bool = False) -> Customer | None:
    """The person with this address, else the one with this number (both as they are stored).

    Held until the end of the transaction, they are not merged into somebody else while a tab
    is being opened in their name. Outside of one there is nothing to hold.
    """
    known = _with_either(email, phone)
    if known is None:
        return None
    people = venue.customers.filter(known)
    if hold and transaction.get_connection().in_atomic_block:
        people = people.select_for_update(no_key=True)
    found = list(people[:2])
    by_email = [customer for customer in found if email and customer.email == email]
    return next(iter(by_email or found), None)


def search(*, venue: Venue, words: str) -> QuerySet[Customer]:
    """People whose name, address or number has these letters, accents and capitals aside."""
    matching = Q(found_by__contains=plain(words))
    # A number is typed as people dial it at home, and kept as it is dialled from abroad.
    digits = "".join(letter for letter in words if letter.isdigit()).lstrip("0")
    if len(digits) >= FEWEST_LETTERS:
        matching |= Q(phone__contains=digits)
    people = venue.customers.on_file().filter(matching)
    return people.order_by("name", "email", "id")


def list_newest(*, venue: Venue) -> QuerySet[Customer]:
    """People on file, those first who came last."""
    return venue.customers.on_file().order_by("-created_at", "-id")


def find_on_file(*, venue: Venue, customer_id: UUID) -> Customer | None:
    """The entry with this id at this venue, merged or not."""
    return venue.customers.filter(id=customer_id).first()


def is_regular(*, tab: Tab) -> bool:
    """Whether the guest has settled a tab here before."""
    if tab.customer_id is None:
        return False
    settled = Tab.objects.filter(customer_id=tab.customer_id, status=TabStatus.SETTLED)
    return settled.exclude(id=tab.id).exists()


def limit_of(*, tab: Tab) -> Money:
    """How much the terms of this tab suggest to have open, for this guest."""
    return tab.terms.limit(is_regular=is_regular(tab=tab))


def _with_either(email: str, phone: str) -> Q | None:
    wanted = [Q(email=email)] * bool(email) + [Q(phone=phone)] * bool(phone)
    return Q(*wanted, _connector=Q.OR) if wanted else None
