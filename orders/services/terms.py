"""Changing what a venue's guests agree to: always a new version, never an old one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, step_of
from orders.models import TermsVersion, Venue
from orders.rules.reminder_rules import ReminderRules, ensure_possible
from orders.rules.terms import (
    LONGEST_NOTICE_HOURS,
    PRESETS,
    SHORTEST_NOTICE_HOURS,
    VenueKind,
)

LONGEST_TIME: Final = 90


class TermsImpossible(DomainError):
    """Nobody could keep to these terms, or they trust strangers more than regulars."""

    code = "terms_impossible"


@transaction.atomic
def add_version(
    *,
    venue: Venue,
    days_to_pay: int,
    new_guest_limit: Money,
    regular_limit: Money,
    now: datetime,
    reminders: ReminderRules | None = None,
    auto_settles: bool | None = None,
    notice_hours: int | None = None,
) -> TermsVersion:
    """Terms for tabs opened from now on; tabs that are open keep the ones they have.

    What is not said goes on as in the version before: reminders, and whether cards settle.

    :raises TermsImpossible: days or limits make no sense.
    :raises RemindersImpossible: nobody could be reminded like that.
    """
    Venue.objects.select_for_update().get(id=venue.id)
    _check(venue, days_to_pay, new_guest_limit, regular_limit)
    last = venue.terms.order_by("-number").first()
    if reminders is None:
        reminders = last.reminder_rules if last else PRESETS[VenueKind(venue.kind)].reminders
    if auto_settles is None:
        auto_settles = last.auto_settles if last else False
    if notice_hours is None:
        notice_hours = last.notice_hours if last else SHORTEST_NOTICE_HOURS
    _check_notice(notice_hours)
    ensure_possible(reminders)
    return TermsVersion.objects.create(
        venue=venue,
        number=last.number + 1 if last else 1,
        reminders=reminders.written(),
        days_to_pay=days_to_pay,
        new_guest_limit_minor=new_guest_limit.minor,
        regular_limit_minor=regular_limit.minor,
        auto_settles=auto_settles,
        notice_hours=notice_hours,
        created_at=now,
    )


def _check_notice(hours: int) -> None:
    if not SHORTEST_NOTICE_HOURS <= hours <= LONGEST_NOTICE_HOURS:
        raise TermsImpossible(
            gettext_noop("Guests are told between %(least)s and %(most)s hours before a charge."),
            least=SHORTEST_NOTICE_HOURS,
            most=LONGEST_NOTICE_HOURS,
        )


def _check(venue: Venue, days: int, new_guest: Money, regular: Money) -> None:
    if not 0 <= days <= LONGEST_TIME:
        raise TermsImpossible(
            gettext_noop("Guests have between 0 and %(most)s days to pay."), most=LONGEST_TIME
        )
    if any(
        limit.currency != venue.currency or limit.minor % step_of(venue.currency) or limit.minor < 0
        for limit in (new_guest, regular)
    ):
        raise TermsImpossible(gettext_noop("The limits are no amounts of the venue's currency."))
    if regular < new_guest:
        raise TermsImpossible(
            gettext_noop("Regular guests are trusted at least as far as new ones.")
        )
