"""How a venue takes bookings, and what can be booked there."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from deposits.models import BookingSettings, Diary, ServiceTiming
from orders.models import CatalogueItem, User, Venue


def get_settings(venue: Venue) -> BookingSettings:
    """What the manager decided, or the defaults as a row that is not stored."""
    found = BookingSettings.objects.filter(venue=venue).first()
    return found or BookingSettings(venue=venue)


def list_services(*, venue: Venue) -> QuerySet[CatalogueItem]:
    """What takes time and is on sale, in the order of the menu."""
    services = venue.catalogue.on_sale().filter(duration_minutes__gt=0, is_available=True)
    return services.select_related("category", "promise", "venue").order_by(
        "category__position", "position", "name"
    )


def list_diaries(*, venue: Venue, item: CatalogueItem | None = None) -> list[Diary]:
    """Who takes bookings (for one service, if it is given), in the order the venue shows them."""
    diaries = Diary.objects.open().filter(venue=venue).select_related("person", "venue")
    ordered = list(diaries.order_by("position", "person__name", "id").prefetch_related("services"))
    return [diary for diary in ordered if item is None or does(diary, item)]


def list_people(*, venue: Venue) -> list[tuple[User, Diary | None]]:
    """Everybody who works here, with their diary if they take bookings."""
    diaries = {diary.person_id: diary for diary in list_diaries(venue=venue)}
    members = venue.memberships.filter(ended_at=None, user__is_active=True)
    return [
        (member.user, diaries.get(member.user_id))
        for member in members.select_related("user").order_by("user__name", "user_id")
    ]


def does(diary: Diary, item: CatalogueItem) -> bool:
    """Whether this person does that; nothing named means everything."""
    named = {service.pk for service in diary.services.all()}
    return not named or item.pk in named


def visit_length(item: CatalogueItem) -> timedelta:
    return timedelta(minutes=item.duration_minutes or 0)


def buffer_after(item: CatalogueItem) -> timedelta:
    """The time the person needs before the next guest."""
    timing = ServiceTiming.objects.filter(item=item).first()
    return timedelta(minutes=timing.buffer_minutes if timing else 0)
