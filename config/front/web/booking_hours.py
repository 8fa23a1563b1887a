"""Pages on which managers say who takes bookings, when they work, and what guests may do."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.web import answers
from config.front.web.booking_forms import BookingSettingsForm, DayOffForm, WeekForm
from config.front.web.forms import refuse
from config.front.web.staff import staff_page
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from deposits.models import Diary
from deposits.selectors import settings
from deposits.services import diaries
from orders.models import Membership, User
from orders.rules.roles import Right


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.EDIT_VENUE)
def choices(request: HttpRequest, member: Membership) -> HttpResponse:
    """How this place takes bookings, and everybody who could."""
    now_chosen = model_to_dict(settings.get_settings(member.venue))
    form = BookingSettingsForm(answers.sent(request), initial=now_chosen)
    if form.is_valid():
        diaries.change_settings(venue=member.venue, **form.cleaned_data)
        messages.success(request, gettext("Saved. Bookings from now on follow this."))
        return answers.go_to(request, "bookings:settings", member.venue.slug)
    context = {
        "venue": member.venue,
        "nav": "bookings",
        "form": form,
        "people": settings.list_people(venue=member.venue),
    }
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return render(request, "front/bookings/settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.EDIT_VENUE)
def week(request: HttpRequest, member: Membership, person_id: int) -> HttpResponse:
    """The usual week of one person."""
    person, diary = _find(member, person_id)
    form = WeekForm(answers.sent(request), diary=diary)
    if form.is_valid():
        try:
            diaries.set_week(
                diary=diary or diaries.open_diary(venue=member.venue, person=person),
                days=form.days,
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("Saved. What is booked stays."))
            return answers.go_to(request, "bookings:week", member.venue.slug, person.pk)
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return _show(request, member, (person, diary), form, DayOffForm(), status=status)


@require_POST
@staff_page(Right.EDIT_VENUE)
def day_off(request: HttpRequest, member: Membership, person_id: int) -> HttpResponse:
    """Days on which somebody is not there."""
    person, diary = _find(member, person_id)
    if diary is None:
        raise Http404
    form = DayOffForm(request.POST)
    if form.is_valid():
        try:
            diaries.add_day_off(diary=diary, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("Saved. Move what is booked on those days."))
            return answers.go_to(request, "bookings:week", member.venue.slug, person.pk)
    week_form = WeekForm(None, diary=diary)
    return _show(request, member, (person, diary), week_form, form, status=UNPROCESSABLE)


@require_POST
@staff_page(Right.EDIT_VENUE)
def day_off_removal(
    request: HttpRequest, member: Membership, person_id: int, day_off_id: int
) -> HttpResponse:
    """They are there after all."""
    person, diary = _find(member, person_id)
    if diary is None:
        raise Http404
    diaries.remove_day_off(diary=diary, day_off_id=day_off_id)
    return answers.go_to(request, "bookings:week", member.venue.slug, person.pk)


@require_POST
@staff_page(Right.EDIT_VENUE)
def diary_end(request: HttpRequest, member: Membership, person_id: int) -> HttpResponse:
    """Nobody books them any more."""
    _person, diary = _find(member, person_id)
    if diary is None:
        raise Http404
    diaries.close_diary(diary=diary)
    messages.success(request, gettext("Nobody can book them any more. What is booked stays."))
    return answers.go_to(request, "bookings:settings", member.venue.slug)


def _find(member: Membership, person_id: int) -> tuple[User, Diary | None]:
    for person, diary in settings.list_people(venue=member.venue):
        if person.pk == person_id:
            return person, diary
    raise Http404


def _show(
    request: HttpRequest,
    member: Membership,
    whose: tuple[User, Diary | None],
    form: WeekForm,
    off: DayOffForm,
    *,
    status: int,
) -> HttpResponse:
    someone, diary = whose
    context = {
        "venue": member.venue,
        "nav": "bookings",
        "someone": someone,
        "diary": diary,
        "form": form,
        "off": off,
        "days_off": diary.days_off.order_by("first_day") if diary else (),
    }
    return render(request, "front/bookings/week.html", context, status=status)
