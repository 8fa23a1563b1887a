"""Where somebody works, and as what."""

from __future__ import annotations

from orders.models import Membership, User


def find(*, user: User, venue_slug: str) -> Membership | None:
    """This person's standing at a venue, which comes along; None when they have none."""
    members = Membership.objects.live().filter(user=user, venue__slug=venue_slug)
    return members.select_related("venue", "user").first()


def list_for(user: User) -> tuple[Membership, ...]:
    """All places where this person works, by name."""
    members = Membership.objects.live().filter(user=user).select_related("venue", "user")
    return tuple(members.order_by("venue__name", "id"))
