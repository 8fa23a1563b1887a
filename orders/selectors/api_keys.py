"""Whom a key speaks for."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import CharField

from config.kernel.prepared import Prepared
from config.kernel.tokens import digest
from orders.models import ApiKey, Membership, Venue

# Asked with every call.
_LIVE: Final = Prepared(
    lambda place: (
        ApiKey.objects.live()
        .filter(digest=place("digest", CharField()))
        .select_related("membership__user", "membership__venue")
    )
)


def find_live(secret: str) -> ApiKey | None:
    """The key with this secret, its member and venue; None when unknown, revoked or left behind."""
    return _LIVE.first(digest=digest(secret))


def list_live(*, venue: Venue) -> tuple[ApiKey, ...]:
    """Keys of a venue that open something, the newest first, with the people they act for."""
    keys = ApiKey.objects.live().filter(membership__venue=venue)
    return tuple(keys.select_related("membership__user").order_by("-created_at", "id"))


def find_of_venue(*, venue: Venue, key_id: UUID) -> ApiKey | None:
    """One such key."""
    keys = ApiKey.objects.live().filter(membership__venue=venue, id=key_id)
    return keys.select_related("membership__user").first()


def list_of_member(*, membership: Membership) -> tuple[ApiKey, ...]:
    """Keys that act for one person here."""
    return tuple(ApiKey.objects.live().filter(membership=membership))
