"""Which Stripe account a venue is paid into, for its owners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.front.web import answers
from config.front.web.forms import RequestKey, refuse
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership
from orders.rules.roles import NotAllowed, Right, Role
from payments.rules.accounts import AccountKind
from payments.services import accounts, merchants


class ConnectForm(RequestKey):
    """A key is typed and never shown again, not even to whoever typed it."""

    api_key = forms.CharField(
        max_length=255,
        label=_("Restricted or secret key"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_ACCOUNT)
def account(request: HttpRequest, member: Membership) -> HttpResponse:
    """The account there is, and the way to another one. A key is tried before it is kept."""
    form = ConnectForm(answers.sent(request))
    if not form.is_valid():
        return _show(request, member, form)
    try:
        connected = merchants.connect(
            venue=member.venue,
            by=member.user,
            role=Role(member.role),
            api_key=form.cleaned_data["api_key"],
            request_key=form.once or answers.fresh_key(),
            now=clock.now(),
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        refuse(form, refusal)
        return _show(request, member, form)
    said = gettext("Card payments go to %(name)s now")
    messages.success(request, said % {"name": connected.name or connected.stripe_account_id})
    return answers.go_to(request, "stripe:account", member.venue.slug)


@require_POST
@staff_page(Right.MANAGE_ACCOUNT)
def secret(request: HttpRequest, member: Membership) -> HttpResponse:
    """A new secret for Stripe's events; the old one is good for three days more."""
    form = RequestKey(request.POST)
    key = form.once if form.is_valid() else None
    return _do(
        request,
        member,
        lambda **who: merchants.renew_webhook(request_key=key or answers.fresh_key(), **who),
        gettext("The secret is renewed"),
    )


@require_POST
@staff_page(Right.MANAGE_ACCOUNT)
def ending(request: HttpRequest, member: Membership) -> HttpResponse:
    """Be paid into the house account again."""
    return _do(request, member, merchants.disconnect, gettext("The account is left"))


def _do(request: HttpRequest, member: Membership, work: Any, said: str) -> HttpResponse:
    try:
        work(venue=member.venue, by=member.user, role=Role(member.role), now=clock.now())
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, said)
    return answers.go_to(request, "stripe:account", member.venue.slug)


def _show(request: HttpRequest, member: Membership, form: ConnectForm) -> HttpResponse:
    used = accounts.account_of(member.venue)
    context = {
        "venue": member.venue,
        "nav": "stripe",
        "account": used,
        "is_own": not used.is_house,
        "has_keys": used.kind == AccountKind.KEYS,
        "form": form,
        "permissions": merchants.PERMISSIONS,
        "request_key": form["request_key"].value() or answers.fresh_key(),
    }
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return render(request, "front/stripe_account.html", context, status=status)
