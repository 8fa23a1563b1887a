"""Answering an invitation: somebody new chooses a password, somebody known signs in and joins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config.front.pages.people import role_name
from config.front.web.answers import sent
from config.front.web.forms import refuse
from config.front.web.people_forms import NewPersonForm
from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of, guest_page
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, translated
from orders.models import Invitation, Membership, User
from orders.selectors import invitations as asked
from orders.services import invitations, missed_links

NOT_FOUND, GONE, TOO_MANY, SEE_OTHER, OK = 404, 410, 429, 303, 200


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@guest_page
def invitation(request: BrowserRequest, token: str) -> HttpResponse:
    """What this link offers to whoever looks at it. Looking accepts nothing."""
    found = asked.find_by_token(token)
    if found is None:
        return _no_link(request)
    now = clock.now()
    with timezone.override(found.venue.zone):
        if _is_member(request, found):
            return _to_the_board(found)
        if not found.is_open(now):
            context = {"has_run_out": found.has_run_out(now)}
            return _show(request, found, "gone", context, status=GONE)
        if asked.find_account(found.email) is None:
            return _as_new(request, found, token)
        return _as_known(request, found, token)


def _as_new(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """A name and a password, and they are in."""
    form = NewPersonForm(sent(request), initial={"name": found.name}, email=found.email)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            member = invitations.accept_as_new(
                token=token, name=typed["name"], password=typed["password"], now=clock.now()
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            # Also ends the session of whoever sat here before.
            login(request, member.user)
            return _welcome(request, member)
    status = UNPROCESSABLE if form.is_bound else OK
    return _show(request, found, "new", {"form": form}, status=status)


def _as_known(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """One button for who is signed in; everybody else is asked to sign in first."""
    user = request.user
    is_them = isinstance(user, User) and user.email.lower() == found.email
    context: dict[str, Any] = {"is_them": is_them, "here": request.path, "refusal": ""}
    status = OK
    if request.method == "POST" and isinstance(user, User):
        try:
            return _welcome(request, invitations.accept(token=token, user=user, now=clock.now()))
        except DomainError as refusal:
            context["refusal"], status = translated(refusal), CONFLICT
    return _show(request, found, "known", context, status=status)


def _is_member(request: HttpRequest, found: Invitation) -> bool:
    """A second tap on the same button, or the same link on another day."""
    accepted = found.membership
    return (
        accepted is not None and accepted.ended_at is None and accepted.user_id == request.user.pk
    )


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    said = gettext("Welcome to %(venue)s") % {"venue": member.venue.name}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("board", args=[member.venue.slug]), status=SEE_OTHER)


def _to_the_board(found: Invitation) -> HttpResponse:
    return HttpResponseRedirect(reverse("board", args=[found.venue.slug]), status=SEE_OTHER)


def _show(
    request: HttpRequest,
    found: Invitation,
    name: str,
    context: dict[str, Any],
    *,
    status: int = OK,
) -> HttpResponse:
    known = {"invitation": found, "venue": found.venue, "role": role_name(found.role)}
    return render(request, f"front/invitation/{name}.html", known | context, status=status)


def _no_link(request: HttpRequest) -> HttpResponse:
    """The same page for a link that never was, however it was guessed."""
    if missed_links.count_miss("invitation", address_of(request)):
        return render(request, "429.html", status=TOO_MANY)
    return render(request, "front/invitation/none.html", status=NOT_FOUND)
