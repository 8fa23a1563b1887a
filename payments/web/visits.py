"""Coming in by a secret link: whose tab it opens, and what is said when it opens none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of, guest_page, is_only_looking
from orders.models import Tab
from orders.selectors import links
from orders.services import links as link_services
from orders.services import missed_links

DOOR: Final = "link"
NOT_FOUND, TOO_MANY = 404, 429
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody holding a link that works, now, in one browser."""

    token: str = field(repr=False)
    tab: Tab
    payer: str
    now: datetime


def link_page(
    view: Callable[Concatenate[BrowserRequest, Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page of the tab behind a link, in the venue's own time."""

    @guest_page
    @wraps(view)
    def page(
        request: BrowserRequest, /, token: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        now = clock.now()
        if missed_links.is_guessing(DOOR, address_of(request)):
            return slow_down(request)
        tab = links.find_tab(token=token, now=now)
        if tab is None:
            missed_links.count_miss(DOOR, address_of(request))
            return no_link(request, token)
        if request.method == "GET" and not is_only_looking(request):
            link_services.mark_opened(token=token, now=now)
        visit = Visit(token=token, tab=tab, payer=request.browser.digest, now=now)
        with timezone.override(tab.venue.zone):
            return view(request, visit, *args, **kwargs)

    return page


def show(
    request: BrowserRequest,
    visit: Visit,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page that knows its venue, its tab and its own link."""
    facts = {"venue": visit.tab.venue, "tab": visit.tab, "token": visit.token}
    return render(request, f"payments/guest/{template}.html", {**facts, **context}, status=status)


def first_name(tab: Tab) -> str:
    """How the guest is greeted; empty when nobody said a name."""
    return tab.who.partition(" ")[0]


def no_link(request: BrowserRequest, token: str) -> HttpResponse:
    """The same page for a link that ran out and for one that never was: neither tells which."""
    return render(request, "payments/guest/no_link.html", {"token": token}, status=NOT_FOUND)


def slow_down(request: BrowserRequest) -> HttpResponse:
    return render(request, "payments/guest/slow_down.html", status=TOO_MANY)
