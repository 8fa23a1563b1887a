"""Letting people in who have not been here before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Membership, User, Venue
from orders.rules.roles import Role
from orders.rules.texts import tidy
from orders.services import memberships
from orders.services.customers import clean_email


class PersonUnclear(DomainError):
    """Without a name and an address nobody can sign in."""

    code = "person_unclear"


@transaction.atomic
def invite(
    *, venue: Venue, name: str, email: str, role: Role, now: datetime, by: User | None = None
) -> Membership:
    """Let somebody work at a venue. New here, they choose a password with "forgot password".

    :raises PersonUnclear: name or address is missing.
    :raises EmailUnclear, TextTooLong: something typed cannot be kept.
    :raises LastOwner, NotAllowed, OwnMembership: see `join`.
    """
    name, email = tidy(name, limit=80), clean_email(email)
    if not (name and email):
        raise PersonUnclear(gettext_noop("A name and an email address, please."))
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name)
    return memberships.join(user=user, venue=venue, role=role, now=now, by=by)
