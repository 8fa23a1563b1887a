"""Handing a tab over, merging it with another, splitting it, and undoing any of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.pages import rearranging as pages
from config.front.web import answers
from config.front.web.forms import FIELDS, refuse
from config.front.web.rearranging_forms import HandOverForm, How, MergeForm, SplitForm
from config.front.web.staff import get_tab, staff_page
from config.front.web.tab import show_afresh
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from config.kernel.written_money import money_text
from orders.models import Membership, Tab
from payments.services import rearranging

AT_FIRST = 2


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def transfer(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Hand the tab to a colleague, or move it to another place."""
    tab = get_tab(member, tab_id)
    if not _can_move(tab):
        return redirect("tabs:detail", member.venue.slug, tab.id)
    colleagues = pages.list_colleagues(tab)
    known = {"label": tab.label, "colleague": ""}
    form = HandOverForm(answers.sent(request), tab=tab, colleagues=colleagues, initial=known)

    def save() -> str:
        rearranging.hand_over(tab_id=tab.id, to=form.to, by=member.user, now=clock.now())
        return gettext("The tab was handed over")

    return _decide(request, member, tab, form, what="transfer", save=save, more={})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def merging(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Let another tab join this one."""
    tab = get_tab(member, tab_id)
    if not _can_move(tab):
        return redirect("tabs:detail", member.venue.slug, tab.id)
    found = pages.get_merging(tab)
    form = MergeForm(answers.sent(request), merging=found)
    chosen = request.POST.get("other") or request.GET.get("other", "")
    first = found.candidates[0] if found.candidates else None

    def save() -> str:
        other_id = UUID(form.cleaned_data["other"])
        rearranging.merge(
            tab_id=tab.id, other_id=other_id, by=member.user, now=clock.now(), request_key=form.once
        )
        return gettext("The tabs are one now")

    more = {"merging": found, "chosen": found.find(chosen) or first}
    return _decide(request, member, tab, form, what="merge", save=save, more=more)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def split(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Make several tabs of what is left on this one."""
    tab = get_tab(member, tab_id)
    if not _can_move(tab):
        return redirect("tabs:detail", member.venue.slug, tab.id)
    lines = [line for line in tab.lines.standing().in_order() if line.amount.is_positive]
    known = {"how": request.GET.get("how", How.EVENLY), "ways": _ways(request)}
    form = SplitForm(answers.sent(request), currency=tab.currency, lines=lines, initial=known)

    def save() -> str:
        made = rearranging.split(tab_id=tab.id, parts=form.parts, by=member.user, now=clock.now())
        new = made.tabs.exclude(id=tab.id).order_by("number")
        sums = ", ".join(f"#{part.number} {money_text(part.total)}" for part in new)
        return gettext("Split off: %(sums)s") % {"sums": sums}

    more = {"lines": lines, "shares": pages.get_shares(tab, ways=_ways(request))}
    return _decide(request, member, tab, form, what="split", save=save, more=more)


@require_POST
@staff_page()
def undoing(
    request: HttpRequest, member: Membership, tab_id: UUID, rearrangement_id: UUID
) -> HttpResponse:
    """Put everything back where it was."""
    tab = get_tab(member, tab_id)
    try:
        rearranging.undo(
            tab_id=tab.id, rearrangement_id=rearrangement_id, by=member.user, now=clock.now()
        )
    except DomainError as refusal:
        return show_afresh(request, member, tab, refusal)
    messages.success(request, gettext("Undone; everything is where it was"))
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _can_move(tab: Tab) -> bool:
    return tab.is_open or tab.is_owing


def _ways(request: HttpRequest) -> int:
    typed = request.POST.get("ways") or request.GET.get("ways", "")
    return int(typed) if typed.isdecimal() and len(typed) < AT_FIRST + 1 else AT_FIRST


def _decide(
    request: HttpRequest,
    member: Membership,
    tab: Tab,
    form: Form,
    *,
    what: str,
    save: Callable[[], str],
    more: dict[str, Any],
) -> HttpResponse:
    """Show a dialog, take it, and say what came of it; what cannot be is said in the dialog."""
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else answers.OK
        return _ask(request, tab, form, what=what, more=more, status=status)
    try:
        messages.success(request, save())
    except DomainError as refusal:
        if refusal.code not in FIELDS:
            return show_afresh(request, member, tab, refusal)
        refuse(form, refusal)
        return _ask(request, tab, form, what=what, more=more, status=UNPROCESSABLE)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _ask(
    request: HttpRequest, tab: Tab, form: Form, *, what: str, more: dict[str, Any], status: int
) -> HttpResponse:
    context = {
        "venue": tab.venue,
        "tab": tab,
        "form": form,
        "request_key": form["request_key"].value() or answers.fresh_key(),
    } | more
    answer = answers.show_dialog(
        request, f"front/dialogs/{what}.html", context, status=status, moves_money=True
    )
    if request.headers.get("HX-Target") == "parts":
        answers.keep_target(answer)
    return answer
