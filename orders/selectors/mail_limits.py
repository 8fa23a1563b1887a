"""How fast mail may leave, and how much is waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from orders.models import MailCount, Message
from orders.rules.mail_limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`left` is what left in this minute; it is counted only where there are limits."""

    limits: Limits
    left: int
    waiting: int


def get_limits() -> Limits:
    """As the environment sets them."""
    return Limits(in_all=settings.MAILS_PER_MINUTE, of_venue=settings.MAILS_PER_MINUTE_OF_VENUE)


def get_pace(*, now: datetime) -> Pace:
    """Where sending stands at this moment."""
    of_all = MailCount.objects.filter(venue=None, minute=minute_of(now)).first()
    return Pace(
        limits=get_limits(),
        left=of_all.count if of_all else 0,
        waiting=Message.objects.unsent(now).count(),
    )


def minute_of(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
