"""Where somebody works, and as what."""

from __future__ import annotations

from django.db.models import QuerySet

from orders.models import Membership, PeopleEvent, User, Venue
from orders.rules.roles import REVIEWERS, Role


def find(*, user: User, venue_slug: str) -> Membership | None:
    """This person's standing at a venue, which comes along; None when they have none."""
    members = Membership.objects.live().filter(user=user, venue__slug=venue_slug)
    return members.select_related("venue", "user").first()


def list_for(user: User) -> tuple[Membership, ...]:
    """All places where this person works, by name."""
    members = Membership.objects.live().filter(user=user).select_related("venue", "user")
    return tuple(members.order_by("venue__name", "id"))


def list_people(*, venue: Venue) -> tuple[Membership, ...]:
    """Everybody at work at a venue, by name."""
    members = Membership.objects.live().filter(venue=venue).select_related("user", "venue")
    return tuple(members.order_by("user__name", "user__email"))


def list_owners(*, venue: Venue) -> tuple[Membership, ...]:
    """Those who answer for a venue, by name."""
    return tuple(each for each in list_people(venue=venue) if each.role == Role.OWNER)


def list_reviewers(*, venue: Venue) -> tuple[Membership, ...]:
    """Those who answer for the venue's money."""
    members = Membership.objects.live().filter(venue=venue, role__in=sorted(REVIEWERS))
    return tuple(members.select_related("user").order_by("id"))


def find_person(*, venue: Venue, member_id: int) -> Membership | None:
    """Somebody at work at this venue, with who they are."""
    members = Membership.objects.live().filter(venue=venue, id=member_id)
    return members.select_related("user", "venue").first()


def list_history(*, venue: Venue) -> QuerySet[PeopleEvent]:
    """What happened to a venue's people, the newest first."""
    events = PeopleEvent.objects.filter(venue=venue).select_related("by", "membership__user")
    return events.order_by("-at", "-id")
