"""A guest's browser: known by a random cookie, and answered so that nothing it sees travels on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.views.decorators.gzip import gzip_page

from config.kernel.http import GuestRequest
from config.kernel.tokens import digest, new_token

COOKIE: Final = "guest"
ONE_YEAR: Final = 365 * 24 * 60 * 60
_SECRET: Final = re.compile(r"[\w-]{43}", re.ASCII)
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Whoever holds the cookie. Only the digest is stored anywhere."""

    digest: str
    secret: str = field(repr=False)
    is_new: bool


class BrowserRequest(GuestRequest):
    """A guest's request, with the browser it came from."""

    browser: Browser


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def guest_page(view: Callable[Concatenate[BrowserRequest, P], HttpResponseBase]) -> View[P]:
    """A page for one guest's eyes: its browser gets a name, and nobody may keep a copy.

    `strict-origin` tells no address to anybody, ourselves included, so a secret link stays out of
    every log that keeps referrers. (`no-referrer` would make browsers send `Origin: null` with a
    form, which the CSRF check refuses.) Pages travel compressed, for slow phones; Django pads them
    at random, and no secret stands beside anything a stranger could make us repeat.
    """

    @gzip_page
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        known = cast("BrowserRequest", request)
        known.browser = browser_of(request)
        response = view(known, *args, **kwargs)
        _remember(response, known.browser)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        add_never_cache_headers(response)
        return response

    return page


def browser_of(request: HttpRequest) -> Browser:
    """The browser a request came from; a new one when it shows no cookie of ours."""
    secret = request.COOKIES.get(COOKIE, "")
    is_new = _SECRET.fullmatch(secret) is None
    secret = new_token() if is_new else secret
    return Browser(digest=digest(secret), secret=secret, is_new=is_new)


def is_only_looking(request: HttpRequest) -> bool:
    """Whether a program fetches ahead of a person: such a request must not count as a visit."""
    purposes = (request.headers.get(name, "") for name in ("Purpose", "Sec-Purpose", "X-Moz"))
    return request.method == "HEAD" or any("prefetch" in purpose for purpose in purposes)


def absolute(request: HttpRequest, path: str) -> str:
    """The address of one of our pages, for somebody elsewhere who sends people back to it."""
    if settings.PUBLIC_URL_FOLLOWS_REQUEST:
        return request.build_absolute_uri(path)
    return f"{settings.PUBLIC_URL}{path}"


def address_of(request: HttpRequest) -> str:
    """Where a request came from, behind our own proxies, for counting tries."""
    address: str = get_adapter(request).get_client_ip(request)
    return address


def _remember(response: HttpResponseBase, browser: Browser) -> None:
    if browser.is_new:
        response.set_cookie(
            COOKIE,
            browser.secret,
            max_age=ONE_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
