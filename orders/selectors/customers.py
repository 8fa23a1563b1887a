"""People on file, found again at their own venue only."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from config.kernel.money import Money
from orders.models import Customer, Tab, Venue
from orders.rules.tab_states import TabStatus


def find(*, venue: Venue, email: str = "", phone: str = "") -> Customer | None:
    """The person with this address, else the one with this number (both as they are stored)."""
    known = _with_either(email, phone)
    if known is None:
        return None
    found = list(venue.customers.filter(known)[:2])
    by_email = [customer for customer in found if email and customer.email == email]
    return next(iter(by_email or found), None)


def search(*, venue: Venue, words: str) -> QuerySet[Customer]:
    """People whose name, address or number has these letters."""
    digits = "".join(letter for letter in words if letter.isdigit())
    matching = Q(name__icontains=words) | Q(email__icontains=words)
    if digits:
        matching |= Q(phone__contains=digits)
    return venue.customers.filter(matching).order_by("name", "email", "id")


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
