"""Asking for money: closing a tab, and its link, by mail or to be scanned."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.pages import pad as pads
from config.front.web import answers
from config.front.web import tab as tab_page
from config.front.web.forms import FIELDS, Address, refuse
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.browser import absolute
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from orders.models import Membership, Tab
from payments.selectors import balances
from payments.services import closing, requests

CLOSURE, LINK = "closure", "link"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def closure(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Close a tab and ask for the money: by mail, with a code to scan, or here at the counter."""
    tab = get_tab(member, tab_id)
    if not tab.is_open:
        # Closing twice is closing once; the page says what became of it.
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
    form = Address(answers.sent(request), initial=_known(tab))
    if not form.is_valid():
        return _ask(request, tab, form, CLOSURE)
    try:
        return _close(request, member, tab, form)
    except DomainError as refusal:
        return _refuse(request, member, tab, refusal, form=form, what=CLOSURE)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def link(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Send the link again, to the same address or another one."""
    tab = get_tab(member, tab_id)
    form = Address(answers.sent(request), initial=_known(tab))
    if not form.is_valid():
        return _ask(request, tab, form, LINK)
    try:
        mail = requests.resend_link(
            tab_id=tab.id, by=member.user, now=clock.now(), email=form.cleaned_data["email"]
        )
    except DomainError as refusal:
        return _refuse(request, member, tab, refusal, form=form, what=LINK)
    messages.success(request, gettext("Sent to %s") % mail.to)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


@require_POST
@staff_page()
def link_copy(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """One more link, shown once, to be scanned or pasted."""
    tab = get_tab(member, tab_id)
    try:
        token = requests.copy_link(tab_id=tab.id, by=member.user, now=clock.now())
    except DomainError as refusal:
        return _refuse(request, member, tab, refusal)
    return _show_link(request, member, tab, token)


def _close(request: HttpRequest, member: Membership, tab: Tab, form: Address) -> HttpResponse:
    typed = form.cleaned_data
    closed = closing.close_and_request(
        tab_id=tab.id, by=member.user, now=clock.now(), email=typed["email"]
    )
    if typed["then"] == "counter":
        return answers.go_to(request, "tabs:counter", member.venue.slug, tab.id)
    if closed.request.email and typed["then"] != "show":
        messages.success(request, gettext("Closed. Link sent to %s") % closed.request.email)
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
    return _show_link(request, member, closed.tab, closed.token)


def _known(tab: Tab) -> dict[str, str]:
    return {"email": tab.customer.email if tab.customer else ""}


def _ask(request: HttpRequest, tab: Tab, form: Address, what: str) -> HttpResponse:
    context: dict[str, Any] = {"venue": tab.venue, "tab": tab, "form": form}
    if what == CLOSURE:
        context["ticket"] = pads.get_ticket(tab, now=clock.now())
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return answers.show_dialog(request, f"front/dialogs/{what}.html", context, status=status)


def _show_link(request: HttpRequest, member: Membership, tab: Tab, token: str) -> HttpResponse:
    """The link, big enough to be scanned. The token stands in this answer and nowhere else."""
    context = {
        "venue": member.venue,
        "nav": "tabs",
        "tab": tab,
        "to_pay": balances.get_standing(tab).balance,
        "address": absolute(request, resolve_url("pay:page", token)),
    }
    return render(request, "front/link.html", context)


def _refuse(
    request: HttpRequest,
    member: Membership,
    tab: Tab,
    refusal: DomainError,
    *,
    form: Address | None = None,
    what: str = "",
) -> HttpResponse:
    """An address that is none goes back into the form; anything else is shown by the tab's page."""
    if form is not None and refusal.code in FIELDS:
        refuse(form, refusal)
        return _ask(request, tab, form, what)
    return tab_page.show_afresh(request, member, tab, refusal)
