"""Before a service starts: the guest's yes on the staff's screen, or why it starts without one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages import pad as pads
from config.front.web import answers, pad
from config.front.web.agreement_forms import Ask, find_ask
from config.front.web.forms import Reason
from config.front.web.staff import get_tab, staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from orders.models import Line, Membership, Tab
from orders.services import acknowledgements

NO_CONTENT = 204


@require_safe
@staff_page()
def waiting(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """What waits for a yes on this tab. Polled with `?v=`: 204 while that is the same."""
    tab = get_tab(member, tab_id)
    if not tab.is_open:
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
    ticket = pads.get_ticket(tab, now=clock.now())
    if wants_region(request) and request.GET.get("v") == ticket.waits:
        return HttpResponse(status=NO_CONTENT)
    return pad.show(request, member, tab_id)


@require_POST
@staff_page()
def acknowledgement(
    request: HttpRequest, member: Membership, tab_id: UUID, line_id: UUID
) -> HttpResponse:
    """The guest read it on the staff's screen, ticked, and typed a name."""
    tab = get_tab(member, tab_id)
    _get_line(tab, line_id)
    ask = find_ask(pads.get_ticket(tab, now=clock.now()).waiting, line_id, request.POST)
    if ask is None:
        messages.success(request, gettext("Nothing waits for a yes there any more"))
        return _back(request, member, tab)
    if not ask.form.is_valid():
        return pad.show(request, member, tab_id, ask=ask, status=UNPROCESSABLE)
    try:
        _agree(member, tab, ask)
    except DomainError as refusal:
        ask.form.refuse(refusal)
        return pad.show(request, member, tab_id, ask=ask, status=answers.status_of(refusal))
    said = gettext("Thank you, that’s kept. %(name)s can start")
    messages.success(request, said % {"name": ask.promised.name})
    return _back(request, member, tab)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def waiver(request: HttpRequest, member: Membership, tab_id: UUID, line_id: UUID) -> HttpResponse:
    """Start without the guest's yes, and say why; the guest can read the reason."""
    tab = get_tab(member, tab_id)
    found = _get_line(tab, line_id)
    form = Reason(answers.sent(request))
    if not form.is_valid():
        return _show_waiver(request, tab, found, form)

    def waive() -> str:
        acknowledgements.waive(
            tab_id=tab_id,
            line_id=line_id,
            by=member.user,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
        return gettext("%(name)s can start; the reason is on the bill") % {"name": found.name}

    return pad.change(request, member, tab_id, waive)


def _agree(member: Membership, tab: Tab, ask: Ask) -> None:
    typed = ask.form.cleaned_data
    acknowledgements.acknowledge(
        tab_id=tab.id,
        line_id=ask.promised.line_id,
        shown=typed["shown"],
        name=typed["name"],
        by=member.user,
        now=clock.now(),
    )


def _back(request: HttpRequest, member: Membership, tab: Tab) -> HttpResponse:
    if wants_region(request):
        return pad.show(request, member, tab.id)
    return answers.go_to(request, "tabs:pad", member.venue.slug, tab.id)


def _get_line(tab: Tab, line_id: UUID) -> Line:
    line = tab.lines.filter(id=line_id).first()
    if line is None:
        raise Http404
    return line


def _show_waiver(request: HttpRequest, tab: Tab, line: Line, form: Reason) -> HttpResponse:
    context = {"venue": tab.venue, "tab": tab, "line": line, "form": form}
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return answers.show_dialog(request, "front/dialogs/waiver.html", context, status=status)
