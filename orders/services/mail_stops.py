"""Stopping mail to an address: its owner, staff or its mail server said no; and lifting that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from orders.models import MailStop, User, Venue
from orders.rules.mail_stops import NO_MAIL_AT_ALL, StopReason


@transaction.atomic
def stop(
    *,
    venue: Venue,
    email: str,
    reason: StopReason,
    now: datetime,
    by: User | None = None,
    detail: str = "",
) -> bool:
    """No more reminders to this address, or no more mail; whether that is news.

    A reason that stops all mail takes the place of one that stops reminders only.
    """
    facts = {"reason": reason, "by": by, "detail": detail[:300], "created_at": now}
    found, is_new = MailStop.objects.live().get_or_create(
        venue=venue, email=email, lifted_at=None, defaults=facts
    )
    if is_new:
        return True
    if reason in NO_MAIL_AT_ALL and found.reason not in NO_MAIL_AT_ALL:
        MailStop.objects.filter(id=found.id).update(**facts)
        return True
    return False


def lift_own(*, venue: Venue, email: str, now: datetime) -> bool:
    """The owner of an address takes back their own no; any other reason stands."""
    own = MailStop.objects.live().filter(venue=venue, email=email, reason=StopReason.UNSUBSCRIBED)
    return bool(own.update(lifted_at=now))


def try_again(*, venue: Venue, email: str, now: datetime) -> bool:
    """Staff send to this address although mail came back from it; whether it did."""
    bounced = MailStop.objects.live().filter(venue=venue, email=email, reason=StopReason.BOUNCED)
    return bool(bounced.update(lifted_at=now))


def lift(*, venue: Venue, email: str, now: datetime) -> bool:
    """Mail may go to this address again; whether anything stood in its way."""
    live = MailStop.objects.live().filter(venue=venue, email=email)
    return bool(live.update(lifted_at=now))
