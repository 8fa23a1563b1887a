"""The way in to staff pages: who is asking, at which venue, with which right."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from config.kernel.http import is_htmx
from orders.models import Membership, Tab, User
from orders.rules.roles import NotAllowed, Right
from orders.selectors import memberships, tabs

View = Callable[..., HttpResponse]


def staff_page(right: Right = Right.WORK_TABS) -> Callable[[View], View]:
    """Give a view the membership behind `/v/<slug>/…` in place of the slug.

    Whoever does not belong to the venue gets the same 404 as for one that does not exist; whoever
    belongs but may not do this gets a 403. Dates and money are written as the venue writes them.
    """

    def decorate(view: View) -> View:
        @never_cache
        @vary_on_headers("HX-Request")
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **captured: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return _ask_to_sign_in(request)
            member = _find_member(request.user, slug, right)
            request.member = member  # type: ignore[attr-defined]  # For the frame of the page.
            try:
                with _at_home(member):
                    return view(request, member, **captured)
            except NotAllowed as refusal:
                raise PermissionDenied from refusal

        return guarded

    return decorate


def get_tab(member: Membership, tab_id: UUID) -> Tab:
    """:raises Http404: the venue has no such tab."""
    tab = tabs.find_visible(user=member.user, venue=member.venue, tab_id=tab_id)
    if tab is None:
        raise Http404
    return tab


def wants_region(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page; going back in history asks for all of it."""
    return is_htmx(request) and "HX-History-Restore-Request" not in request.headers


def _find_member(user: User, slug: str, right: Right) -> Membership:
    member = memberships.find(user=user, venue_slug=slug)
    if member is None:
        raise Http404
    if not member.may(right):
        raise PermissionDenied
    return member


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Afterwards the person is back where they were; a lost POST leads to a page, not to a 405."""
    back = request.get_full_path() if request.method == "GET" else resolve_url("home")
    login = redirect_to_login(back)
    return HttpResponseClientRedirect(login["Location"]) if is_htmx(request) else login


def _at_home(member: Membership) -> ExitStack:
    """The venue's time zone, and its language where the pages speak it."""
    stack = ExitStack()
    stack.enter_context(timezone.override(member.venue.zone))
    try:
        language = translation.get_supported_language_variant(member.venue.locale)
    except LookupError:
        return stack
    stack.enter_context(translation.override(language))
    return stack
