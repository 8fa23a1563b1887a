"""What the staff pages of bookings share: the booking, the day, the free times, the frame."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from config.front.web import answers
from config.front.web.booking_forms import WhenForm
from deposits.models import Booking
from deposits.selectors import bookings as bookings_of
from deposits.selectors import slots
from deposits.selectors.slots import Slot
from orders.models import CatalogueItem, Membership


def get_booking(member: Membership, booking_id: UUID) -> Booking:
    """:raises Http404: the venue has no such booking."""
    booking = bookings_of.find(venue=member.venue, booking_id=booking_id)
    if booking is None:
        raise Http404
    return booking


def asked_day(request: HttpRequest, member: Membership, now: datetime) -> date:
    """The day in the address; anything else is today."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    return asked or member.venue.local(now).date()


def query_of(form: WhenForm, *, item: CatalogueItem | None = None) -> str:
    """What stands in the form, for the address of a page with one of the free times in it."""
    chosen = {"day": str(form["day"].value() or ""), "person": str(form["person"].value() or "")}
    return urlencode(chosen | ({"item": str(item.id)} if item else {}))


def free_slots(
    member: Membership,
    item: CatalogueItem | None,
    form: WhenForm,
    *,
    now: datetime,
    moving: Booking | None = None,
) -> tuple[Slot, ...]:
    """What is free on the day that stands in the form, for the person that stands there."""
    try:
        wanted = parse_date(str(form["day"].value() or ""))
    except ValueError:
        wanted = None
    if item is None or wanted is None:
        return ()
    person = str(form["person"].value() or "")
    return slots.list_slots(
        venue=member.venue,
        item=item,
        day=wanted,
        person_id=int(person) if person.isdecimal() else None,
        not_before=now,
        moving=moving,
    )


def show(
    request: HttpRequest,
    member: Membership,
    template: str,
    context: dict[str, Any],
    *,
    status: int = answers.OK,
) -> HttpResponse:
    """One of the pages, in the frame they share."""
    frame = {"venue": member.venue, "nav": "bookings", "edits_venue": member.edits_venue}
    return render(request, f"front/bookings/{template}.html", frame | context, status=status)
