"""The board, and what is done on it: opening a tab, letting phones in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages import board as boards
from config.front.pages import opening
from config.front.pages.board import FILTERS, Wanted
from config.front.web import answers
from config.front.web.forms import OpenTab, refuse
from config.front.web.staff import get_tab, staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership
from orders.services import claims, tabs
from payments.selectors.accounts import are_cards_off

NO_CONTENT = 204


@require_safe
@staff_page()
def board(request: HttpRequest, member: Membership) -> HttpResponse:
    """Who is in, who pays later. Polled with `?v=`, answered by 204 while nothing has changed."""
    now = clock.now()
    if request.GET.get("open"):
        return _show_opening(request, member, OpenTab(initial=_first_card(request)))
    if request.GET.get("v") == boards.version_of(member, now=now):
        return HttpResponse(status=NO_CONTENT)
    query = request.GET.copy()
    query.pop("v", None)
    state = request.GET.get("f", "")
    wanted = Wanted(
        state=state if state in FILTERS else "",
        words=request.GET.get("q", ""),
        show_all=bool(request.GET.get("all")),
    )
    found = boards.get_board(member, wanted=wanted, now=now)
    context = {"venue": member.venue, "nav": "tabs", "board": found, "now": now}
    context["query"] = query.urlencode()
    if wants_region(request):
        return render(request, "front/_board.html", context)
    context["cards_off"] = are_cards_off(member.venue)
    return render(request, "front/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def tab_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """Open a tab: the pad comes next. Without a form it leads to the board."""
    if request.method != "POST":
        return redirect("board", member.venue.slug)
    form = OpenTab(request.POST)
    if not form.is_valid():
        return _show_opening(request, member, form, status=UNPROCESSABLE)
    typed = form.cleaned_data
    try:
        tab = tabs.open_tab(
            venue=member.venue,
            by=member.user,
            now=clock.now(),
            label=typed["label"],
            guest_name=typed["name"],
            email=typed["email"],
            token_code=form.code,
            guests_count=typed["guests_count"],
            purchase_order=typed["purchase_order"],
            request_key=form.once,
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _show_opening(request, member, form, status=UNPROCESSABLE)
    return answers.go_to(request, "tabs:pad", member.venue.slug, tab.id)


@require_POST
@staff_page()
def claim(request: HttpRequest, member: Membership, tab_id: UUID, claim_id: int) -> HttpResponse:
    """Let a phone in to the bill, or do not."""
    tab = get_tab(member, tab_id)
    grant = request.POST.get("answer") == "allow"
    try:
        claims.decide(
            claim_id=claim_id, tab_id=tab.id, by=member.user, grant=grant, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    else:
        name = tab.token_code or tab.title
        said = gettext("Let in to %(tab)s") if grant else gettext("Not let in to %(tab)s")
        messages.success(request, said % {"tab": name})
    if request.POST.get("back") == "tab":
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
    if wants_region(request):
        return answers.say_only(request)
    return answers.go_to(request, "board", member.venue.slug)


def _show_opening(
    request: HttpRequest, member: Membership, form: OpenTab, *, status: int = answers.OK
) -> HttpResponse:
    key = form["request_key"].value() or answers.fresh_key()
    context = {
        "venue": member.venue,
        "form": form,
        "opening": opening.get_opening(member.venue, now=clock.now()),
        "request_key": key,
    }
    return answers.show_dialog(request, "front/dialogs/open_tab.html", context, status=status)


def _first_card(request: HttpRequest) -> dict[str, str]:
    return {"token": request.GET.get("token", "")}
