"""Setting up a venue, and the two counters that live on its row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from config.kernel.errors import DomainError, gettext_noop
from orders.models import TaxRate, TermsVersion, Venue
from orders.rules import terms
from orders.rules.terms import VenueKind
from orders.rules.texts import tidy


class PlaceUnknown(DomainError):
    """There is no such currency or time zone."""

    code = "place_unknown"


@transaction.atomic
def open_venue(
    *,
    name: str,
    slug: str,
    kind: VenueKind,
    currency: str,
    time_zone: str,
    now: datetime,
    **details: Any,
) -> Venue:
    """A new venue with the terms usual for its kind. `details` are other fields of `Venue`.

    :raises PlaceUnknown: currency or time zone is none.
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):  # noqa: PLR2004 - ISO 4217.
        raise PlaceUnknown(gettext_noop("A currency is three capital letters, such as EUR."))
    if time_zone not in available_timezones():
        raise PlaceUnknown(gettext_noop("There is no time zone of this name."))
    venue = Venue.objects.create(
        name=tidy(name, limit=80),
        slug=slug,
        kind=kind,
        currency=currency,
        time_zone=time_zone,
        **details,
    )
    preset = terms.PRESETS[kind]
    TermsVersion.objects.create(
        venue=venue,
        number=1,
        days_to_pay=preset.days_to_pay,
        new_guest_limit_minor=terms.limit_in(preset.new_guest_limit, currency).minor,
        regular_limit_minor=terms.limit_in(preset.regular_limit, currency).minor,
        reminders=preset.reminders.written(),
        created_at=now,
    )
    return venue


def add_tax_rate(*, venue: Venue, name: str, rate: Decimal) -> TaxRate:
    """A tax that items can be sold under; the same one again is the same row."""
    tax, _created = TaxRate.objects.get_or_create(venue=venue, name=tidy(name, limit=24), rate=rate)
    return tax


def bump_board(venue_id: UUID) -> None:
    """Tell every open board that something changed.

    Tabs of a venue wait for one another on its row, so this stands last in a transaction.
    """
    Venue.objects.filter(id=venue_id).update(board_version=F("board_version") + 1)


def take_tab_number(venue_id: UUID) -> tuple[int, int]:
    """The next tab number, and the terms in force; the board is told in the same statement.

    The caller's transaction holds the venue's row from here to its end, so numbers never repeat.
    """
    Venue.objects.filter(id=venue_id).update(
        next_tab_number=F("next_tab_number") + 1, board_version=F("board_version") + 1
    )
    newest = TermsVersion.objects.filter(venue=OuterRef("pk")).order_by("-number")
    next_number, terms_id = (
        Venue.objects.filter(id=venue_id)
        .values_list("next_tab_number", Subquery(newest.values("id")[:1]))
        .get()
    )
    return next_number - 1, terms_id
