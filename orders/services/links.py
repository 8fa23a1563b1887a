"""Handing out links to a tab. A token is told once; only its digest is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.kernel.prepared import insert
from config.kernel.tokens import digest, new_token
from orders.models import GuestLink
from orders.rules.links import KEPT_AFTER_END
from orders.services import history


def mint(*, tab_id: UUID, now: datetime) -> str:
    """One more token for a tab; those before it keep working."""
    token = new_token()
    insert(GuestLink(tab_id=tab_id, digest=digest(token), created_at=now))
    return token


def revoke_all(*, tab_id: UUID, now: datetime) -> int:
    """Make every link of a tab useless; how many worked until now."""
    return GuestLink.objects.filter(tab_id=tab_id, revoked_at=None).update(revoked_at=now)


def restore(*, tab_id: UUID, revoked_at: datetime) -> int:
    """Let the links that were revoked at one moment work again; how many."""
    return GuestLink.objects.filter(tab_id=tab_id, revoked_at=revoked_at).update(revoked_at=None)


@transaction.atomic
def mark_opened(*, token: str, now: datetime) -> None:
    """Note when a link was first opened. A link nobody knows is no error."""
    links = GuestLink.objects.filter(digest=digest(token))
    if links.filter(first_opened_at=None).update(first_opened_at=now):
        history.record(tab_id=links.get().tab_id, kind="link_opened", at=now, actor="guest")


def purge(*, now: datetime) -> int:
    """Delete links that have been of no use to anybody for a long time."""
    deleted, _by_model = GuestLink.objects.of_tabs_ended_by(now - KEPT_AFTER_END).delete()
    return deleted
