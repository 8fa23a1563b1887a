"""Development's letter box: staff see the mails of their venues, and click the links in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.front.pages import outbox
from config.kernel import clock
from config.kernel.browser import absolute
from orders.models import Membership, Message, User
from orders.selectors import memberships
from orders.services import envelopes

PAGE_OF: Final = 50
# A mail brings its own styles and nothing else; it may be shown inside our page only.
MAIL_POLICY: Final = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
}
View = Callable[..., HttpResponse]


def development_page(view: View) -> View:
    """For people who work somewhere, in development only. In production there is no page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **captured: Any) -> HttpResponse:
        if not settings.SHOW_OUTBOX:
            raise Http404
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        members = memberships.list_for(request.user)
        if not members:
            raise Http404
        with timezone.override(members[0].venue.zone):
            return view(request, members[0], **captured)

    return guarded


@require_safe
@development_page
def mails(request: HttpRequest, member: Membership) -> HttpResponse:
    """The newest mail first."""
    page = Paginator(outbox.list_mails(user=member.user), PAGE_OF).get_page(request.GET.get("page"))
    return render(request, "front/outbox.html", _frame(member) | {"page": page})


@require_safe
@csp_update({"frame-src": [SELF]})
@development_page
def mail(request: HttpRequest, member: Membership, message_id: UUID) -> HttpResponse:
    """One mail, both parts, with a link that works: it is made for this look and kept nowhere."""
    message = _mail(member, message_id)
    written = _with_link(request, message)
    context = {
        "message": message,
        "written": written,
        "sender": envelopes.sender(message.from_name),
    }
    return render(request, "front/outbox_mail.html", _frame(member) | context)


@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)
@development_page
def html_part(request: HttpRequest, member: Membership, message_id: UUID) -> HttpResponse:
    """The HTML part for the frame; its links open beside it."""
    html = _with_link(request, _mail(member, message_id)).html
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def _mail(member: Membership, message_id: UUID) -> Message:
    message = outbox.find_mail(user=member.user, message_id=message_id)
    if message is None:
        raise Http404
    return message


def _with_link(request: HttpRequest, message: Message) -> envelopes.Written:
    here = absolute(request, "/").rstrip("/")
    return envelopes.fill_in(message, now=clock.now(), base_url=here)


def _frame(member: Membership) -> dict[str, Any]:
    """What the staff frame around the page needs; the first of several venues lends its name."""
    return {"venue": member.venue, "nav": "outbox", "person": member.user}
