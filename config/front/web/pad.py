"""The order pad of an open tab, and what happens on it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from config.front.pages import choosing
from config.front.pages import pad as pads
from config.front.web import answers
from config.front.web.agreement_forms import Ask, asks_of
from config.front.web.staff import get_tab, staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import translated
from orders.models import Membership
from orders.selectors import catalogue
from orders.services import tabs

LONGEST_WORDS: Final = 60


@require_safe
@staff_page()
def pad(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """The menu beside the bill. A tab that is open no more has a page of its own."""
    tab = get_tab(member, tab_id)
    if not tab.is_open:
        return redirect("tabs:detail", member.venue.slug, tab.id)
    return show(request, member, tab_id)


@require_safe
@staff_page()
def item(request: HttpRequest, member: Membership, tab_id: UUID, item_id: UUID) -> HttpResponse:
    """The choices that go with an item."""
    return show_choices(request, member, tab_id, item_id)


@require_POST
@staff_page()
def sending(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Send what is new to the bar; where there is none, start it."""

    def send() -> str:
        count = tabs.send_lines(tab_id=tab_id, by=member.user, now=clock.now())
        if not member.venue.sends_to_bar:
            text = ngettext("%(count)s line begun", "%(count)s lines begun", count)
            return text % {"count": count} if count else gettext("Everything was begun already")
        text = ngettext("%(count)s line sent to the bar", "%(count)s lines sent to the bar", count)
        return text % {"count": count} if count else gettext("Everything was sent already")

    return change(request, member, tab_id, send)


@require_POST
@staff_page()
def serving(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Everything was brought. Asked from the board, the answer is the board."""

    def serve() -> str:
        tab = tabs.mark_served(tab_id=tab_id, by=member.user, now=clock.now())
        return gettext("%(tab)s served") % {"tab": tab.token_code or tab.title}

    if request.POST.get("back") != "board":
        return change(request, member, tab_id, serve)
    get_tab(member, tab_id)
    try:
        messages.success(request, serve())
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    if wants_region(request):
        return answers.say_only(request)
    return answers.go_to(request, "board", member.venue.slug)


def change(
    request: HttpRequest,
    member: Membership,
    tab_id: UUID,
    act: Callable[[], str],
) -> HttpResponse:
    """Do something to a tab and show its bill afresh, with what was said or why it was refused."""
    get_tab(member, tab_id)
    try:
        said = act()
    except DomainError as refusal:
        status = answers.status_of(refusal)
        return show(request, member, tab_id, alert=translated(refusal), status=status)
    messages.success(request, said)
    if wants_region(request):
        return show(request, member, tab_id)
    return answers.go_to(request, "tabs:pad", member.venue.slug, tab_id)


def show(
    request: HttpRequest,
    member: Membership,
    tab_id: UUID,
    *,
    alert: str = "",
    ask: Ask | None = None,
    status: int = answers.OK,
) -> HttpResponse:
    """The pad, or for htmx the parts of it that a change touches.

    `ask` is a question to the guest whose answer could not be kept as it was.
    """
    tab = get_tab(member, tab_id)
    ticket = pads.get_ticket(tab, now=clock.now())
    context: dict[str, Any] = {
        "venue": member.venue,
        "nav": "tabs",
        "ticket": ticket,
        "asks": asks_of(ticket.waiting, ask),
        "alert": alert,
        "request_key": answers.fresh_key(),
    }
    if not wants_region(request):
        context["words"] = words = request.GET.get("find", "")[:LONGEST_WORDS]
        context["shelves"] = choosing.fitting(pads.get_shelves(ticket), words)
        return render(request, "front/pad.html", context, status=status)
    context["counts"] = pads.get_counts(ticket)
    answer = render(request, "front/_pad_changes.html", context, status=status)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#ticket", "outerHTML"
    answer["HX-Trigger"] = "close-dialog"
    return answer


def show_choices(
    request: HttpRequest,
    member: Membership,
    tab_id: UUID,
    item_id: UUID,
    *,
    problem: str = "",
    status: int = answers.OK,
) -> HttpResponse:
    """The dialog of an item's choices, with what was chosen before and what that comes to.

    Asked again for its amount alone, it answers as a part of the dialog that is open.
    """
    tab = get_tab(member, tab_id)
    sold = catalogue.find_item(venue=member.venue, item_id=item_id)
    if sold is None:
        raise Http404
    said = request.POST if request.method == "POST" else request.GET
    chosen, quantity = _chosen(said), said.get("quantity", "1")
    context = {
        "venue": member.venue,
        "tab": tab,
        "sold": sold,
        "chosen": chosen,
        "quantity": quantity,
        "amount": choosing.amount_of(sold, chosen, quantity=quantity),
        "note": request.POST.get("note", ""),
        "problem": problem,
        "request_key": request.POST.get("request_key") or answers.fresh_key(),
    }
    answer = answers.show_dialog(request, "front/dialogs/choices.html", context, status=status)
    if request.headers.get("HX-Target") == "add-amount":
        answers.keep_target(answer)
    return answer


def _chosen(said: QueryDict) -> list[str] | None:
    """What was ticked in the form; None the first time, when defaults are."""
    if not said:
        return None
    return [value for name in said if name.startswith("group-") for value in said.getlist(name)]
