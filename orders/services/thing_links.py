"""Handing out links to what another app keeps. A token is told once; only its digest is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from config.kernel.prepared import insert
from config.kernel.tokens import digest, new_token
from orders.models import ThingLink


def mint(*, thing_id: UUID, now: datetime) -> str:
    """One more token; those before it keep working."""
    token = new_token()
    insert(ThingLink(thing_id=thing_id, digest=digest(token), created_at=now))
    return token


def revoke_all(*, thing_id: UUID, now: datetime) -> int:
    """Make every link to it useless; how many worked until now."""
    live = ThingLink.objects.filter(thing_id=thing_id, revoked_at=None)
    return live.update(revoked_at=now)
