"""The same request again gets the same answer, and does nothing twice.

A door calls `begin` before it does the work and `finish` after, best all in one transaction: a
repeat then waits for the first and sees its answer, and work that failed leaves no trace. Where the
work must not stand in a transaction (it asks Stripe), the three commit one by one, `forget` undoes
the first if the work failed, and a repeat in between hears `StillRunning`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import IdempotencyRecord, Venue

KEPT: Final = timedelta(hours=24)
# No request lives longer than its worker's time-out: whoever began has died.
ABANDONED_AFTER: Final = timedelta(minutes=2)


class KeyReused(DomainError):
    """The key came before with another request."""

    code = "idempotency_key_reused"


class StillRunning(DomainError):
    """The first request with this key has no answer yet."""

    code = "idempotency_in_progress"


def begin(*, venue: Venue, key: str, fingerprint: str, now: datetime) -> IdempotencyRecord | None:
    """None: the key is yours, do the work. Else the answer that was given before.

    :raises KeyReused: it came with another request.
    :raises StillRunning: the first one is not done yet.
    """
    try:
        with transaction.atomic():
            IdempotencyRecord.objects.create(
                venue=venue, key=key, fingerprint=fingerprint, created_at=now
            )
    except IntegrityError:
        return _earlier(venue=venue, key=key, fingerprint=fingerprint, now=now)
    return None


def finish(*, venue: Venue, key: str, status: int, body: str) -> None:
    """Keep the answer for repeats."""
    IdempotencyRecord.objects.filter(venue=venue, key=key).update(status=status, body=body)


def forget(*, venue: Venue, key: str) -> None:
    """The work broke down without an answer: a repeat may try it again."""
    IdempotencyRecord.objects.filter(venue=venue, key=key, status=None).delete()


def purge(*, now: datetime) -> int:
    """Delete answers that nobody will ask for again."""
    deleted, _by_model = IdempotencyRecord.objects.filter(created_at__lte=now - KEPT).delete()
    return deleted


def _earlier(
    *, venue: Venue, key: str, fingerprint: str, now: datetime
) -> IdempotencyRecord | None:
    records = IdempotencyRecord.objects.filter(venue=venue, key=key)
    record = records.filter(created_at__gt=now - KEPT).first()
    if record is None:
        records.delete()
        return begin(venue=venue, key=key, fingerprint=fingerprint, now=now)
    if record.fingerprint != fingerprint:
        raise KeyReused(gettext_noop("This Idempotency-Key was used for another request."))
    if record.status is not None:
        return record
    abandoned = records.filter(status=None, created_at__lte=now - ABANDONED_AFTER)
    if abandoned.update(created_at=now):
        return None
    raise StillRunning(gettext_noop("The first request with this Idempotency-Key is not done yet."))
