"""What Stripe's books and ours do not agree on: written down once, sorted out by somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import User, Venue
from orders.rules.roles import Right, Role, ensure_may
from orders.rules.texts import tidy_reason
from payments.models import Difference, MerchantAccount
from payments.rules.differences import DifferenceKind

LONGEST_NOTE: Final = 200


class NoSuchDifference(DomainError):
    """The venue has no such difference. Doors answer 404."""

    code = "difference_unknown"


def sort_out(
    *, venue: Venue, difference_id: int, by: User, role: Role, note: str, now: datetime
) -> Difference:
    """Somebody looked and says what came of it. Said twice, the first word stands.

    :raises NotAllowed: the role may not review money.
    :raises NoSuchDifference: it is another venue's, or there is none.
    :raises ReasonMissing, TextTooLong: see `tidy_reason`.
    """
    ensure_may(role, Right.REVIEW_MONEY)
    note = tidy_reason(note, limit=LONGEST_NOTE)
    with transaction.atomic():
        found = Difference.objects.select_for_update().filter(venue=venue, id=difference_id).first()
        if found is None:
            raise NoSuchDifference(gettext_noop("There is no such difference here."))
        found.sort_out(by=by, note=note, now=now)
        return found


def write(
    account: MerchantAccount,
    kind: DifferenceKind,
    subject: str,
    *,
    venue_id: UUID | None,
    theirs: Money | None,
    ours: Money | None,
    now: datetime,
) -> None:
    """Write a difference down once; one that was sorted out is not brought up again."""
    known = theirs or ours
    Difference.objects.get_or_create(
        account=account,
        kind=kind,
        subject=subject,
        defaults={
            "venue_id": venue_id,
            "theirs_minor": theirs.minor if theirs else None,
            "ours_minor": ours.minor if ours else None,
            "currency": known.currency if known else "",
            "found_at": now,
        },
    )


def mended(account: MerchantAccount, subject: str, *, now: datetime) -> None:
    """A later look found that they agree after all."""
    for difference in Difference.objects.open().filter(account=account, subject=subject):
        difference.sort_out(by=None, note="", now=now)
