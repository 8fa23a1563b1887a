"""Counting the till at the end of a shift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, step_of
from orders.models import User, Venue
from orders.rules.texts import tidy
from payments.models import CashCount
from payments.rules.pieces import sum_of
from payments.selectors.till import Shift, get_shift
from payments.services.counter import AmountUnclear

LONGEST_NOTE: Final = 200


class LeavesMoreThanCounted(DomainError):
    """More was to stay in the till than lies in it."""

    code = "leaves_more_than_counted"


class OpeningUnknown(DomainError):
    """The till was never counted here, so what the shift began with has to be said."""

    code = "opening_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was found. `pieces`: how many notes and coins of each worth; `besides` is the rest.

    `left` stays in the till for the next shift. `opening` is asked for at a first count only.
    """

    pieces: Mapping[int, int]
    besides: Money
    left: Money
    opening: Money | None = None
    note: str = ""

    @property
    def counted(self) -> Money:
        return sum_of(self.pieces, currency=self.besides.currency) + self.besides


@transaction.atomic
def count_till(
    *, venue: Venue, by: User, count: Count, request_key: str, now: datetime
) -> CashCount:
    """Keep what is in the till beside what should be, once for each `request_key`.

    :raises AmountUnclear: it is no amount of the venue's currency.
    :raises LeavesMoreThanCounted: more would stay than there is.
    :raises OpeningUnknown: a first count without what the shift began with.
    :raises TextTooLong: the note is longer than a note.
    """
    # Two counts at once would both take the shift for theirs.
    Venue.objects.select_for_update().get(id=venue.id)
    before = CashCount.objects.filter(venue=venue, request_key=request_key).first()
    if before is not None:
        return before
    shift = get_shift(venue, now=now)
    opening = _check(count, shift, currency=venue.currency)
    return CashCount.objects.create(
        venue=venue,
        number=shift.before.number + 1 if shift.before else 1,
        currency=venue.currency,
        opening_minor=opening.minor,
        taken_minor=shift.taken.minor,
        booked_minor=shift.booked.minor,
        counted_minor=count.counted.minor,
        left_minor=count.left.minor,
        pieces={str(worth): many for worth, many in count.pieces.items() if many},
        note=tidy(count.note, limit=LONGEST_NOTE),
        counted_by=by,
        counted_at=now,
        request_key=request_key,
    )


def _check(count: Count, shift: Shift, *, currency: str) -> Money:
    """What the shift began with, once everything about the amounts holds."""
    opening = shift.opening if shift.before else count.opening
    if opening is None:
        raise OpeningUnknown(gettext_noop("Say what was in the till when the shift began."))
    amounts = (opening, count.counted, count.left)
    if any(each.currency != currency or each.minor % step_of(currency) for each in amounts):
        raise AmountUnclear(gettext_noop("That is no amount of this currency."))
    if any(number < 0 for number in (*count.pieces.values(), *(each.minor for each in amounts))):
        raise AmountUnclear(gettext_noop("Nothing in a till is less than nothing."))
    if count.counted < count.left:
        raise LeavesMoreThanCounted(
            gettext_noop("Only %(counted)s is in the till."), counted=count.counted
        )
    return opening
