"""Keeping the limits of mail: counted under one lock, so that many workers count as one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from orders.models import MailCount, Message
from orders.rules.mail_limits import ALL, Limits, Used, Waiting, admit
from orders.selectors.mail_limits import get_limits, minute_of

KEPT: Final = timedelta(days=1)


def choose(waiting: QuerySet[Message], *, now: datetime, most: int) -> list[UUID]:
    """Which of the waiting mails may leave now, at most so many; the others stay as they are.

    The caller is in a transaction, claims them in it, and has ordered them.
    """
    limits = get_limits()
    if not limits:
        return list(waiting.values_list("id", flat=True)[:most])
    used = _lock_minute(now)
    rows = _within(waiting, used, limits).values_list("id", "venue_id", "is_reminder")[:most]
    mails = [Waiting(id=pk, venue_id=venue, is_reminder=kind) for pk, venue, kind in rows]
    admitted, counted = admit(mails, used=used, limits=limits)
    _write(counted, before=used, now=now)
    return admitted


def purge(*, now: datetime) -> None:
    """Forget minutes that are long over."""
    MailCount.objects.filter(minute__lt=now - KEPT).delete()


def _lock_minute(now: datetime) -> Used:
    """What has left in this minute. Whoever holds its common row may count."""
    minute = minute_of(now)
    MailCount.objects.bulk_create([MailCount(venue=None, minute=minute)], ignore_conflicts=True)
    MailCount.objects.select_for_update().get(venue=None, minute=minute)
    return dict(MailCount.objects.filter(minute=minute).values_list("venue_id", "count"))


def _within(waiting: QuerySet[Message], used: Used, limits: Limits) -> QuerySet[Message]:
    """Without what could not leave anyway: one venue's heap must not hide what others wait for."""
    for is_reminder in (True, False):
        kind = Q(is_reminder=is_reminder)
        full = [
            venue
            for venue, count in used.items()
            if limits.is_reached(venue, count, is_reminder=is_reminder)
        ]
        out = kind if ALL in full else kind & Q(venue__in=full)
        waiting = waiting.exclude(out) if full else waiting
    return waiting


def _write(counted: Used, *, before: Mapping[UUID | None, int], now: datetime) -> None:
    venue_id: Any  # The stubs do not know that a lookup may be empty.
    for venue_id, count in counted.items():
        if count != before.get(venue_id):
            MailCount.objects.update_or_create(
                venue_id=venue_id, minute=minute_of(now), defaults={"count": count}
            )
