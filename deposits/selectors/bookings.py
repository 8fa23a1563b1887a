"""Bookings: a day of them, one of them, and the one a guest's link opens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from config.kernel.money import Money
from config.kernel.tokens import digest
from deposits.models import Booking, BookingEvent
from deposits.rules.local_times import day_of
from orders.models import Customer, ThingLink, Venue

# How long after the visit the guest's link still opens.
LINK_LIVES_AFTER: Final = timedelta(days=90)


def _told(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    return bookings.select_related("venue", "person", "customer__merged_into", "item", "tab")


def list_day(*, venue: Venue, day: date) -> QuerySet[Booking]:
    """The bookings that begin on a day as it is lived at the venue, in their order."""
    whole = day_of(day, venue.zone)
    bookings = Booking.objects.filter(
        venue=venue, starts_at__gte=whole.start, starts_at__lt=whole.end
    )
    return _told(bookings).order_by("starts_at", "id")


def list_newest(*, venue: Venue) -> QuerySet[Booking]:
    """All bookings, those first that were made last."""
    return _told(Booking.objects.filter(venue=venue)).order_by("-made_at", "-id")


def list_of_customer(*, customer: Customer) -> QuerySet[Booking]:
    """What one guest has booked, also as an entry since merged into theirs, latest visit first."""
    theirs = Q(customer=customer) | Q(customer__merged_into=customer)
    return _told(Booking.objects.filter(theirs)).order_by("-starts_at", "-id")


def find(*, venue: Venue, booking_id: UUID) -> Booking | None:
    return _told(Booking.objects.filter(venue=venue, id=booking_id)).first()


def find_by_token(*, token: str, now: datetime) -> Booking | None:
    """The booking a guest's link opens, until long after the visit."""
    link = ThingLink.objects.filter(digest=digest(token), revoked_at=None).first()
    if link is None:
        return None
    recent = Booking.objects.filter(ends_at__gt=now - LINK_LIVES_AFTER)
    return _told(recent).filter(id=link.thing_id).first()


def list_history(*, booking_id: UUID) -> QuerySet[BookingEvent]:
    return BookingEvent.objects.filter(booking_id=booking_id).select_related("by").order_by("id")


def owed_if_cancelled(*, booking: Booking) -> Money:
    """What cancelling this moment would cost the guest: nothing, without a deposit."""
    return Money(0, booking.currency)
