"""The daily summary: switched on by each manager for themselves, mailed after the venue's day."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from config.kernel.transactions import outside_transaction
from orders.models import Membership
from orders.rules.roles import Right, Role, ensure_may, may
from orders.services import messages
from payments import emails
from payments.models import SummaryWish
from payments.rules.summaries import day_before, end_of_day
from payments.selectors import summaries

logger = logging.getLogger(__name__)
# More than any installation has managers; the next run goes on.
BATCH: Final = 500


@transaction.atomic
def switch(*, membership: Membership, is_wanted: bool, now: datetime) -> None:
    """Send this person a summary after each day from today on, or none any more.

    :raises NotAllowed: their role does not look after the money.
    """
    ensure_may(Role(membership.role), Right.REVIEW_MONEY)
    next_at = end_of_day(now, membership.venue.zone) if is_wanted else None
    SummaryWish.objects.update_or_create(membership=membership, defaults={"next_at": next_at})


@outside_transaction
def sweep(*, now: datetime) -> int:
    """Write the summaries of days that are over; how many. Of days that were missed, the last."""
    due = SummaryWish.objects.due(now).order_by("next_at").values_list("id", flat=True)
    return sum(_safely(wish_id, now=now) for wish_id in list(due[:BATCH]))


def _safely(wish_id: int, *, now: datetime) -> bool:
    """One person, whose fault is nobody else's."""
    try:
        return _write(wish_id, now=now)
    except Exception:
        logger.exception("The summary for wish %s could not be written", wish_id)
        return False


@transaction.atomic
def _write(wish_id: int, *, now: datetime) -> bool:
    """Claim the wish, look at the day, and write the mail unless there is nothing to tell."""
    wishes = SummaryWish.objects.select_for_update(skip_locked=True, of=("self",)).due(now)
    wish = wishes.select_related("membership__venue", "membership__user").filter(id=wish_id).first()
    if wish is None:
        return False
    member = wish.membership
    if not _may_still_read(member):
        wish.wait_until(None)
        return False
    zone = member.venue.zone
    sums = summaries.get_day(member.venue, day_before(now, zone))
    wish.wait_until(end_of_day(now, zone))
    if sums.is_quiet:
        return False
    mail = emails.daily_summary(venue=member.venue, sums=sums)
    messages.write(
        venue=member.venue,
        tab=None,
        kind=emails.DAILY_SUMMARY,
        source_key=f"summary:{member.pk}:{sums.day:%Y-%m-%d}",
        to=member.user.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        now=now,
    )
    return True


def _may_still_read(member: Membership) -> bool:
    at_work = member.ended_at is None and member.user.is_active
    return at_work and may(Role(member.role), Right.REVIEW_MONEY)
