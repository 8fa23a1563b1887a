"""Keys for other software: shown once, kept as a digest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.tokens import digest, new_token
from orders.models import ApiKey, Membership, User, Venue
from orders.rules.roles import Role
from orders.rules.texts import tidy
from orders.services import memberships, people_history

PREFIX: Final = "aft_"
HINT_LENGTH: Final = 10
LONGEST_NAME: Final = 60
# Every call would otherwise write a row.
TOUCHED_AT_MOST_EVERY: Final = timedelta(minutes=1)


class KeyUnnamed(DomainError):
    """Without a name nobody knows later what would stop if it were revoked."""

    code = "key_unnamed"


class KeyIssued(DomainError):
    """The same form came twice; a secret is told once."""

    code = "key_issued"


@transaction.atomic
def issue(
    *,
    membership: Membership,
    name: str,
    now: datetime,
    role: Role = Role.OWNER,
    request_key: str | None = None,
) -> tuple[ApiKey, str]:
    """A new key that acts for this member, and its secret, which is told only here.

    With a `role` it may do no more than that, however far its member may go.

    :raises KeyUnnamed, TextTooLong: the name cannot be kept.
    :raises KeyIssued: there is a key under this `request_key`.
    """
    name = tidy(name, limit=LONGEST_NAME)
    if not name:
        raise KeyUnnamed(gettext_noop("Name what will use it, such as the till."))
    memberships.lock_venue(membership.venue_id, by=None)
    if (
        request_key
        and ApiKey.objects.filter(membership=membership, request_key=request_key).exists()
    ):
        raise KeyIssued(gettext_noop("That key was issued and shown. Issue another if it is lost."))
    secret = PREFIX + new_token()
    key = ApiKey.objects.create(
        membership=membership,
        name=name,
        role=role,
        digest=digest(secret),
        hint=secret[:HINT_LENGTH],
        request_key=request_key or None,
        created_at=now,
    )
    _tell(key, kind="key_issued", by=membership.user, now=now)
    return key, secret


def revoke(*, key_id: UUID, membership: Membership, now: datetime) -> None:
    """End a member's key. One that is unknown or has ended is no error."""
    ApiKey.objects.filter(id=key_id, membership=membership, revoked_at=None).update(revoked_at=now)


@transaction.atomic
def take_away(*, key_id: UUID, venue: Venue, by: User, now: datetime) -> ApiKey | None:
    """End any key of a venue; None when it has no such key. One that has ended is no error.

    :raises NotAllowed: whoever does it does not manage people here.
    """
    memberships.lock_venue(venue.id, by=by)
    keys = ApiKey.objects.select_related("membership__user")
    key = keys.filter(id=key_id, membership__venue=venue).first()
    if key is not None and key.revoked_at is None:
        revoke(key_id=key.id, membership=key.membership, now=now)
        key.revoked_at = now
        _tell(key, kind="key_revoked", by=by, now=now)
    return key


def touch(key: ApiKey, now: datetime) -> None:
    """Note that a key was used, to the minute."""
    before = now - TOUCHED_AT_MOST_EVERY
    if key.last_used_at is None or key.last_used_at <= before:
        used = Q(last_used_at=None) | Q(last_used_at__lte=before)
        ApiKey.objects.filter(used, id=key.id).update(last_used_at=now)


def _tell(key: ApiKey, *, kind: str, by: User, now: datetime) -> None:
    people_history.record(
        venue_id=key.membership.venue_id,
        kind=kind,
        at=now,
        by=by,
        membership=key.membership,
        name=key.name,
        hint=key.hint,
        role=key.role,
    )
