"""A venue's people and keys, for its owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages.people import get_people_page, role_name
from config.front.web import answers
from config.front.web.forms import refuse
from config.front.web.people_forms import InviteForm, KeyForm, RoleForm
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership
from orders.rules.roles import NotAllowed, Right, Role
from orders.selectors import api_keys as keys
from orders.selectors import memberships as working
from orders.services import api_keys, invitations, memberships
from orders.services.invitations import InvitationGone

DIALOGS = "front/people/dialogs"


@require_safe
@staff_page(Right.MANAGE_PEOPLE)
def people(request: HttpRequest, member: Membership) -> HttpResponse:
    """Who works here, who is invited, and which keys there are."""
    context = {"page": get_people_page(member, now=clock.now())}
    return render(request, "front/people/list.html", _frame(member) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PEOPLE)
def invite(request: HttpRequest, member: Membership) -> HttpResponse:
    """Ask somebody by mail to work here."""
    form = InviteForm(answers.sent(request), initial={"role": Role.STAFF})
    if form.is_valid():
        typed = form.cleaned_data
        try:
            invitation = invitations.invite(
                venue=member.venue,
                name=typed["name"],
                email=typed["email"],
                role=Role(typed["role"]),
                by=member.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            return _done(
                request, member, gettext("Invitation sent to %(name)s"), name=invitation.name
            )
    return _ask(request, member, "invite", form)


@require_POST
@staff_page(Right.MANAGE_PEOPLE)
def resend(request: HttpRequest, member: Membership, invitation_id: UUID) -> HttpResponse:
    """Send an invitation once more."""
    try:
        invitation = invitations.send_again(
            invitation_id=invitation_id, venue=member.venue, by=member.user, now=clock.now()
        )
    except InvitationGone as gone:
        raise Http404 from gone
    except DomainError as refusal:
        return _not_done(request, member, refusal)
    return _done(request, member, gettext("Sent again to %(name)s"), name=invitation.name)


@require_POST
@staff_page(Right.MANAGE_PEOPLE)
def withdrawal(request: HttpRequest, member: Membership, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    try:
        invitation = invitations.revoke(
            invitation_id=invitation_id, venue=member.venue, by=member.user, now=clock.now()
        )
    except InvitationGone as gone:
        raise Http404 from gone
    return _done(
        request, member, gettext("The invitation of %(name)s is withdrawn"), name=invitation.name
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PEOPLE)
def role(request: HttpRequest, member: Membership, member_id: int) -> HttpResponse:
    """Let somebody do more, or less."""
    person = _get_person(member, member_id)
    form = RoleForm(answers.sent(request), initial={"role": person.role})
    if form.is_valid():
        wanted = Role(form.cleaned_data["role"])
        try:
            memberships.change_role(membership=person, role=wanted, by=member.user, now=clock.now())
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            said = gettext("%(name)s is %(role)s now")
            return _done(request, member, said, name=person.user, role=role_name(wanted))
    return _ask(request, member, "role", form, person=person)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PEOPLE)
def ending(request: HttpRequest, member: Membership, member_id: int) -> HttpResponse:
    """Let somebody work here no more."""
    person = _get_person(member, member_id)
    context = {"person": person, "key_count": len(keys.list_of_member(membership=person))}
    if request.method != "POST":
        return _ask(request, member, "ending", None, **context)
    try:
        memberships.leave(membership=person, by=member.user, now=clock.now())
    except DomainError as refusal:
        return _not_done(request, member, refusal)
    return _done(request, member, gettext("%(name)s works here no more"), name=person.user)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PEOPLE)
def key_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """Issue a key. Its secret stands on the page that answers, and nowhere after."""
    form = KeyForm(answers.sent(request), initial={"role": Role.STAFF})
    if form.is_valid():
        typed = form.cleaned_data
        try:
            key, secret = api_keys.issue(
                membership=member,
                name=typed["name"],
                role=Role(typed["role"]),
                request_key=form.once,
                now=clock.now(),
            )
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            context = {"key": key, "secret": secret}
            return render(request, "front/people/key.html", _frame(member) | context)
    request_key = form["request_key"].value() or answers.fresh_key()
    return _ask(request, member, "key", form, request_key=request_key)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PEOPLE)
def key_revocation(request: HttpRequest, member: Membership, key_id: UUID) -> HttpResponse:
    """End a key. Whatever uses it is refused from the next call on."""
    if request.method != "POST":
        found = keys.find_of_venue(venue=member.venue, key_id=key_id)
        if found is None:
            raise Http404
        return _ask(request, member, "key_revocation", None, key=found)
    key = api_keys.take_away(key_id=key_id, venue=member.venue, by=member.user, now=clock.now())
    if key is None:
        raise Http404
    return _done(request, member, gettext("The key %(name)s opens nothing now"), name=key.name)


def _get_person(member: Membership, member_id: int) -> Membership:
    person = working.find_person(venue=member.venue, member_id=member_id)
    if person is None:
        raise Http404
    return person


def _refuse(form: Any, refusal: DomainError) -> None:
    """What was typed goes back into the form; a right that was lost meanwhile does not."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    refuse(form, refusal)


def _ask(
    request: HttpRequest, member: Membership, what: str, form: Any, **context: Any
) -> HttpResponse:
    status = UNPROCESSABLE if form is not None and form.is_bound else answers.OK
    known = _frame(member) | {"form": form} | context
    return answers.show_dialog(request, f"{DIALOGS}/{what}.html", known, status=status)


def _done(request: HttpRequest, member: Membership, said: str, **facts: Any) -> HttpResponse:
    messages.success(request, said % facts)
    return answers.go_to(request, "people:list", member.venue.slug)


def _not_done(request: HttpRequest, member: Membership, refusal: DomainError) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise refusal
    messages.error(request, translated(refusal))
    return answers.go_to(request, "people:list", member.venue.slug)


def _frame(member: Membership) -> dict[str, Any]:
    return {"venue": member.venue, "nav": "people"}
