"""What pages of guests who book share: the way in, the look, refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of, guest_page
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, translated
from config.kernel.refusals import FIELD_OF
from deposits.models import Booking
from deposits.selectors import bookings as bookings_of
from deposits.selectors.guest_side import find_venue
from deposits.selectors.settings import get_settings
from deposits.web.asked import read_zone
from deposits.web.forms import FIELD_OF_REFUSAL
from orders.models import Venue
from orders.services import missed_links, tries
from orders.services.tries import TooManyTries

logger = logging.getLogger(__name__)
NOT_FOUND, TOO_MANY, OK = 404, 429, 200
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Somebody holding the link to a booking, now."""

    token: str = field(repr=False)
    booking: Booking
    now: datetime

    @property
    def venue(self) -> Venue:
        return self.booking.venue


def public_page(
    view: Callable[Concatenate[BrowserRequest, Venue, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page for everybody, where the venue lets guests book by themselves."""

    @guest_page
    @wraps(view)
    def page(
        request: BrowserRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        venue = find_venue(slug)
        if venue is None:
            raise Http404
        if not get_settings(venue).is_public:
            closed = "deposits/guest/closed.html"
            return render(request, closed, {"venue": venue}, status=NOT_FOUND)
        with timezone.override(read_zone(request.GET, venue=venue)):
            return view(request, venue, *args, **kwargs)

    return page


def own_page(
    view: Callable[Concatenate[BrowserRequest, Own, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page of the booking behind a secret link, by the clocks its guest chose."""

    @guest_page
    @wraps(view)
    def page(
        request: BrowserRequest, /, token: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        now = clock.now()
        booking = bookings_of.find_by_token(token=token, now=now)
        if booking is None:
            return _no_link(request)
        zone = read_zone(request.GET, venue=booking.venue, zone=booking.guest_zone)
        with timezone.override(zone):
            return view(request, Own(token=token, booking=booking, now=now), *args, **kwargs)

    return page


def show(
    request: HttpRequest,
    venue: Venue,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = OK,
) -> HttpResponse:
    zone = timezone.get_current_timezone_name()
    facts = {"venue": venue, "zone": zone, "is_elsewhere": zone != venue.time_zone}
    return render(request, f"deposits/guest/{template}.html", {**facts, **context}, status=status)


def refuse(form: forms.Form, refusal: DomainError) -> int:
    """Show a refusal in the form, beside the field it is about; the status that says so."""
    field_name = FIELD_OF_REFUSAL.get(refusal.code, "")
    form.add_error(field_name if field_name in form.fields else None, translated(refusal))
    return status_of(refusal)


def status_of(refusal: DomainError) -> int:
    if isinstance(refusal, TooManyTries):
        return TOO_MANY
    is_typed = refusal.code in FIELD_OF or refusal.code in FIELD_OF_REFUSAL
    return UNPROCESSABLE if is_typed else CONFLICT


def count_try(key: str, *, most: int, seconds: int) -> None:
    """Count one more try; where the cache is away, guests get in uncounted.

    :raises TooManyTries: that was one too many.
    """
    try:
        tries.count_try(key, most=most, seconds=seconds)
    except TooManyTries:
        raise
    except Exception:  # noqa: BLE001  # Each cache has its own errors.
        logger.warning("The cache does not answer; tries are not counted")


def _no_link(request: BrowserRequest) -> HttpResponse:
    """The same page for a link that ran out and for one that never was."""
    if missed_links.count_miss("booking-link", address_of(request)):
        return render(request, "429.html", status=TOO_MANY)
    return render(request, "deposits/guest/no_link.html", status=NOT_FOUND)
