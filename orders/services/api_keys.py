"""Keys for other software: shown once, kept as a digest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from config.kernel.tokens import digest, new_token
from orders.models import ApiKey, Membership
from orders.rules.texts import tidy

PREFIX: Final = "aft_"
HINT_LENGTH: Final = 10
# Every call would otherwise write a row.
TOUCHED_AT_MOST_EVERY: Final = timedelta(minutes=1)


def issue(*, membership: Membership, name: str, now: datetime) -> tuple[ApiKey, str]:
    """A new key that acts for this member, and its secret, which is told only here.

    :raises TextTooLong: the name is.
    """
    secret = PREFIX + new_token()
    key = ApiKey.objects.create(
        membership=membership,
        name=tidy(name, limit=60),
        digest=digest(secret),
        hint=secret[:HINT_LENGTH],
        created_at=now,
    )
    return key, secret


def revoke(*, key_id: UUID, membership: Membership, now: datetime) -> None:
    """End a member's key. One that is unknown or has ended is no error."""
    ApiKey.objects.filter(id=key_id, membership=membership, revoked_at=None).update(revoked_at=now)


def touch(key: ApiKey, now: datetime) -> None:
    """Note that a key was used, to the minute."""
    before = now - TOUCHED_AT_MOST_EVERY
    if key.last_used_at is None or key.last_used_at <= before:
        used = Q(last_used_at=None) | Q(last_used_at__lte=before)
        ApiKey.objects.filter(used, id=key.id).update(last_used_at=now)
