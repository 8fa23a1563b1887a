"""Sessions that last as long as they are used, without a database write for every request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from config.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

RENEWED: Final = "renewed_at"
RENEW_AFTER: Final = timedelta(minutes=15)


def sliding_session(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Push a signed-in person's expiry forward at most once in a quarter of an hour."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _is_poll(request) and request.user.is_authenticated:
            _renew_when_old(request, now=clock.now())
        return get_response(request)

    return middleware


def _is_poll(request: HttpRequest) -> bool:
    """Whether a page asked by itself: a board left open must not keep its owner signed in."""
    return request.method == "GET" and "v" in request.GET


def _renew_when_old(request: HttpRequest, *, now: datetime) -> None:
    renewed = request.session.get(RENEWED)
    if renewed is None or now - datetime.fromisoformat(renewed) >= RENEW_AFTER:
        request.session[RENEWED] = now.isoformat()
