"""People joining a venue, leaving it, and changing their role there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Membership, User, Venue
from orders.rules.roles import REVIEWERS, Role


class LastOwner(DomainError):
    """A venue without an owner could be helped by nobody."""

    code = "last_owner"


@transaction.atomic
def join(*, user: User, venue: Venue, role: Role, now: datetime) -> Membership:
    """Let somebody work at a venue. Who works there already gets this role.

    :raises LastOwner: the only owner would become something less.
    """
    Venue.objects.select_for_update().get(id=venue.id)
    membership = Membership.objects.filter(user=user, venue=venue, ended_at=None).first()
    if membership is not None:
        return change_role(membership=membership, role=role)
    membership = Membership.objects.create(user=user, venue=venue, role=role, started_at=now)
    _open_or_shut_admin(user)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role) -> Membership:
    """Let somebody do more, or less; what they hold, such as keys, follows.

    :raises LastOwner: the only owner would become something less.
    """
    _keep_an_owner(membership, leaves=role != Role.OWNER)
    membership.role = role
    membership.save(update_fields=["role"])
    _open_or_shut_admin(membership.user)
    return membership


@transaction.atomic
def leave(*, membership: Membership, now: datetime) -> Membership:
    """Somebody works here no more. The row stays, because history names them; their keys end.

    :raises LastOwner: they are the only owner.
    """
    _keep_an_owner(membership, leaves=True)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    _open_or_shut_admin(membership.user)
    return membership


def _keep_an_owner(membership: Membership, *, leaves: bool) -> None:
    # The venue's row lets two owners who leave at once see one another.
    Venue.objects.select_for_update().get(id=membership.venue_id)
    if not leaves or membership.role != Role.OWNER:
        return
    owners = Membership.objects.live().filter(venue=membership.venue_id, role=Role.OWNER)
    if not owners.exclude(id=membership.id).exists():
        raise LastOwner(gettext_noop("A venue needs an owner. Make somebody else owner first."))


def _open_or_shut_admin(user: User) -> None:
    """Django admin is for those who review somewhere (decision 1)."""
    reviews = Membership.objects.filter(user=user, ended_at=None, role__in=REVIEWERS).exists()
    user.is_staff = user.is_superuser or reviews
    user.save(update_fields=["is_staff"])
