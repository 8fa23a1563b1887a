"""Staff pages of bookings: the day, a new one, one of them, another time for it, its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages.bookings import Visit, get_day
from config.front.web import answers
from config.front.web.booking_forms import BookingForm, CancelForm, ContactForm, WhenForm
from config.front.web.booking_frame import (
    asked_day,
    free_slots,
    get_booking,
    query_of,
    show,
)
from config.front.web.forms import refuse
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from deposits.models import Booking
from deposits.rules.visits import ContactWay
from deposits.selectors import bookings as bookings_of
from deposits.selectors import settings
from deposits.services import arrivals, bookings
from deposits.services.bookings import Guest, Wish
from orders.models import CatalogueItem, Membership


@require_safe
@staff_page()
def day(request: HttpRequest, member: Membership) -> HttpResponse:
    """A day by person, and as a list."""
    now = clock.now()
    page = get_day(venue=member.venue, day=asked_day(request, member, now), now=now)
    context = {"page": page, "as_list": request.GET.get("view") == "list"}
    return show(request, member, "day", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def new(request: HttpRequest, member: Membership) -> HttpResponse:
    """Keep a time for a guest; the free ones of the day stand beside the form."""
    services = list(settings.list_services(venue=member.venue))
    now = clock.now()
    form = BookingForm(
        answers.sent(request),
        services=services,
        diaries=settings.list_diaries(venue=member.venue),
        initial=_chosen(request, member, now),
    )
    status = answers.OK
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made = _book(member, form, now=now)
            except DomainError as refusal:
                status = answers.status_of(refusal)
                refuse(form, refusal)
            else:
                messages.success(request, gettext("Booked"))
                return answers.go_to(request, "bookings:detail", member.venue.slug, made.id)
    item = _picked(services, form["item"].value())
    context: dict[str, Any] = {"form": form, "item": item, "services": services}
    context["query"] = query_of(form, item=item)
    context["slots"] = free_slots(member, item, form, now=now)
    return show(request, member, "new", context, status=status)


@require_safe
@staff_page()
def detail(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """One booking and what happened to it."""
    return _show_booking(request, member, get_booking(member, booking_id), ContactForm())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def moving(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """Another time or person for the same visit."""
    booking, now = get_booking(member, booking_id), clock.now()
    local = member.venue.local(booking.starts_at)
    known = {"day": local.date(), "at": local.time(), "person": booking.person_id}
    form = WhenForm(
        answers.sent(request),
        diaries=settings.list_diaries(venue=member.venue, item=booking.item),
        anyone=False,
        initial=known | {name: request.GET[name] for name in known if request.GET.get(name)},
    )
    status = answers.OK
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                _move(member, booking, form, now=now)
            except DomainError as refusal:
                status = answers.status_of(refusal)
                refuse(form, refusal)
            else:
                messages.success(request, gettext("Moved. A guest with an email address is told."))
                return answers.go_to(request, "bookings:detail", member.venue.slug, booking.id)
    context = {"form": form, "booking": booking, "query": query_of(form)}
    context["slots"] = free_slots(member, booking.item, form, now=now, moving=booking)
    return show(request, member, "moving", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def cancellation(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """Let the time go, for a reason."""
    booking, now = get_booking(member, booking_id), clock.now()
    form, status = CancelForm(answers.sent(request)), answers.OK
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                bookings.cancel(booking_id=booking.id, by=member.user, now=now, **form.cleaned_data)
            except DomainError as refusal:
                status = answers.status_of(refusal)
                refuse(form, refusal)
            else:
                messages.success(
                    request, gettext("Cancelled. A guest with an email address is told.")
                )
                return answers.go_to(request, "bookings:detail", member.venue.slug, booking.id)
    context = {"form": form, "booking": booking, "is_late": booking.is_late_to_cancel(now)}
    return show(request, member, "cancellation", context, status=status)


@require_POST
@staff_page()
def arrival(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """The guest is here: on to their tab."""
    booking = get_booking(member, booking_id)
    try:
        arrived = arrivals.arrive(booking_id=booking.id, by=member.user, now=clock.now())
    except DomainError as refusal:
        return _refused(request, member, booking, refusal)
    return answers.go_to(request, "tabs:pad", member.venue.slug, arrived.tab_id)


@require_POST
@staff_page()
def no_show(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """The guest did not come."""
    booking = get_booking(member, booking_id)
    try:
        arrivals.record_no_show(booking_id=booking.id, by=member.user, now=clock.now())
    except DomainError as refusal:
        return _refused(request, member, booking, refusal)
    messages.success(request, gettext("Kept as a no-show."))
    return answers.go_to(request, "bookings:detail", member.venue.slug, booking.id)


@require_POST
@staff_page()
def contact(request: HttpRequest, member: Membership, booking_id: UUID) -> HttpResponse:
    """Somebody tried to reach the guest."""
    booking, form = get_booking(member, booking_id), ContactForm(request.POST)
    if not form.is_valid():
        return _show_booking(request, member, booking, form, status=UNPROCESSABLE)
    arrivals.note_contact(
        booking_id=booking.id,
        way=ContactWay(form.cleaned_data["way"]),
        outcome=form.cleaned_data["outcome"],
        by=member.user,
        now=clock.now(),
    )
    messages.success(request, gettext("Noted"))
    return answers.go_to(request, "bookings:detail", member.venue.slug, booking.id)


def _chosen(request: HttpRequest, member: Membership, now: datetime) -> dict[str, Any]:
    names = ("item", "person", "at")
    chosen: dict[str, Any] = {name: request.GET.get(name, "") for name in names}
    chosen |= {"day": asked_day(request, member, now), "request_key": answers.fresh_key()}
    return chosen


def _picked(services: list[CatalogueItem], value: object) -> CatalogueItem | None:
    return next((each for each in services if str(each.id) == str(value)), None)


def _book(member: Membership, form: BookingForm, *, now: datetime) -> Booking:
    typed = form.cleaned_data
    wish = Wish(
        item_id=UUID(typed["item"]),
        person_id=typed["person"],
        starts_at=form.starts_at(member.venue.zone),
        guest=Guest(name=typed["name"], email=typed["email"], phone=typed["phone"]),
        note=typed["note"],
        anyway=typed["anyway"],
        request_key=form.once,
    )
    return bookings.book(venue=member.venue, wish=wish, by=member.user, now=now)


def _move(member: Membership, booking: Booking, form: WhenForm, *, now: datetime) -> None:
    bookings.move(
        booking_id=booking.id,
        starts_at=form.starts_at(member.venue.zone),
        person_id=form.cleaned_data["person"],
        anyway=form.cleaned_data["anyway"],
        by=member.user,
        now=now,
    )


def _refused(
    request: HttpRequest, member: Membership, booking: Booking, refusal: DomainError
) -> HttpResponse:
    alert = translated(refusal)
    return _show_booking(
        request,
        member,
        booking,
        ContactForm(),
        alert=alert,
        status=answers.status_of(refusal),
    )


def _show_booking(
    request: HttpRequest,
    member: Membership,
    booking: Booking,
    form: ContactForm,
    *,
    alert: str = "",
    status: int = answers.OK,
) -> HttpResponse:
    context = {
        "visit": Visit(booking=booking),
        "booking": booking,
        "attempts": booking.contact_attempts.select_related("by").order_by("id"),
        "history": bookings_of.list_history(booking_id=booking.id),
        "form": form,
        "alert": alert,
    }
    return show(request, member, "detail", context, status=status)
