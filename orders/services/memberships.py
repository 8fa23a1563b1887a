"""People joining a venue, leaving it, and changing their role there.

Every step locks the venue first: two owners who act on one another at once then see what the
other has done.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Membership, User, Venue
from orders.rules.roles import REVIEWERS, NotAllowed, Right, Role, ensure_may
from orders.services import people_history


class LastOwner(DomainError):
    """A venue without an owner could be helped by nobody."""

    code = "last_owner"


class OwnMembership(DomainError):
    """Nobody lifts themselves up, or shuts themselves out by a slip."""

    code = "own_membership"


class MembershipEnded(DomainError):
    """They work here no more."""

    code = "membership_ended"


@transaction.atomic
def join(
    *, user: User, venue: Venue, role: Role, now: datetime, by: User | None = None
) -> Membership:
    """Let somebody work at a venue. Who works there already gets this role.

    :raises LastOwner: the only owner would become something less.
    :raises NotAllowed, OwnMembership: see `change_role`.
    """
    lock_venue(venue.id, by=by)
    membership = find_live(user=user, venue_id=venue.id)
    if membership is not None:
        return change_role(membership=membership, role=role, by=by, now=now)
    membership = Membership.objects.create(user=user, venue=venue, role=role, started_at=now)
    people_history.record(
        venue_id=venue.id, kind="joined", at=now, by=by, membership=membership, role=role
    )
    _open_or_shut_admin(user)
    return membership


@transaction.atomic
def change_role(
    *, membership: Membership, role: Role, now: datetime, by: User | None = None
) -> Membership:
    """Let somebody do more, or less; what they hold, such as keys, follows.

    Without `by` the installation itself does it.

    :raises NotAllowed: whoever does it does not manage people here.
    :raises OwnMembership: it is their own role.
    :raises LastOwner: the only owner would become something less.
    :raises MembershipEnded: they have left meanwhile.
    """
    membership = _hold(membership, by=by)
    if membership.ended_at is not None:
        raise MembershipEnded(gettext_noop("They do not work here any more."))
    before = membership.role
    if before == role:
        return membership
    _keep_an_owner(membership)
    _keep_off_ones_own(membership, by=by)
    membership.role = role
    membership.save(update_fields=["role"])
    people_history.record(
        venue_id=membership.venue_id,
        kind="role_changed",
        at=now,
        by=by,
        membership=membership,
        before=before,
        role=role,
    )
    _open_or_shut_admin(membership.user)
    return membership


@transaction.atomic
def leave(*, membership: Membership, now: datetime, by: User | None = None) -> Membership:
    """Somebody works here no more. The row stays, because history names them; their keys end.

    Who works nowhere any more is signed out everywhere. A second time changes nothing.

    :raises NotAllowed, OwnMembership: see `change_role`.
    :raises LastOwner: they are the only owner.
    """
    membership = _hold(membership, by=by)
    if membership.ended_at is not None:
        return membership
    _keep_an_owner(membership)
    _keep_off_ones_own(membership, by=by)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    people_history.record(
        venue_id=membership.venue_id,
        kind="left",
        at=now,
        by=by,
        membership=membership,
        role=membership.role,
    )
    _open_or_shut_admin(membership.user)
    return membership


def lock_venue(venue_id: UUID, *, by: User | None) -> Venue:
    """The venue, locked, once it is sure that this person manages its people.

    :raises NotAllowed: they do not, or no longer.
    """
    venue = Venue.objects.select_for_update().get(id=venue_id)
    if by is not None and not by.is_superuser:
        standing = find_live(user=by, venue_id=venue_id)
        if standing is None:
            raise NotAllowed(gettext_noop("You do not work here any more."))
        ensure_may(Role(standing.role), Right.MANAGE_PEOPLE)
    return venue


def find_live(*, user: User, venue_id: UUID) -> Membership | None:
    """Somebody's standing at a venue as it is at this moment."""
    return Membership.objects.live().filter(user=user, venue=venue_id).first()


def _hold(membership: Membership, *, by: User | None) -> Membership:
    """The membership as it is now, behind the venue's lock."""
    lock_venue(membership.venue_id, by=by)
    return Membership.objects.select_related("user", "venue").get(id=membership.id)


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    owners = Membership.objects.live().filter(venue=membership.venue_id, role=Role.OWNER)
    if not owners.exclude(id=membership.id).exists():
        raise LastOwner(gettext_noop("A venue needs an owner. Make somebody else owner first."))


def _keep_off_ones_own(membership: Membership, *, by: User | None) -> None:
    if by is not None and membership.user_id == by.pk:
        raise OwnMembership(gettext_noop("Nobody changes their own role. Ask another owner."))


def _open_or_shut_admin(user: User) -> None:
    """Django admin is for those who review somewhere (decision 1); nowhere ends all sessions."""
    roles = set(Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True))
    user.is_staff = user.is_superuser or bool(roles & REVIEWERS)
    if not roles and not user.is_superuser:
        user.session_round += 1
    user.save(update_fields=["is_staff", "session_round"])
