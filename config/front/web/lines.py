"""The lines of a tab: adding, changing, removing and voiding them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.web import answers, pad
from config.front.web.forms import VOID_REASONS, AddLine, ChangeLine, VoidLine
from config.front.web.staff import get_tab, staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Line, Membership, Tab
from orders.services import lines
from orders.services.lines import NewLine


@require_POST
@staff_page()
def line_list(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Put one thing from the menu on the tab."""
    tab = get_tab(member, tab_id)
    form = AddLine(request.POST)
    if not form.is_valid():
        problem = gettext("That could not be added. Try again.")
        return pad.show(request, member, tab_id, alert=problem, status=UNPROCESSABLE)
    try:
        [added] = lines.add_lines(
            tab_id=tab_id, by=member.user, now=clock.now(), wanted=[_wanted(form)]
        )
    except DomainError as refusal:
        return _refuse_choices(request, member, tab, form, refusal)
    undo = resolve_url("tabs:line_removal", member.venue.slug, tab_id, added.id)
    said = gettext("%(line)s added to %(tab)s")
    names = {"line": added.name, "tab": tab.token_code or tab.title}
    messages.success(request, said % names, extra_tags=undo)
    if wants_region(request):
        return pad.show(request, member, tab_id)
    return answers.go_to(request, "tabs:pad", member.venue.slug, tab_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def line(request: HttpRequest, member: Membership, tab_id: UUID, line_id: UUID) -> HttpResponse:
    """Change how many, or the note."""
    tab = get_tab(member, tab_id)
    found = _get_line(tab, line_id)
    if request.method != "POST":
        form = ChangeLine(initial={"quantity": found.quantity, "note": found.note})
        return _show_line(request, tab, found, form)
    form = ChangeLine(request.POST)
    if not form.is_valid():
        return _show_line(request, tab, found, form, status=UNPROCESSABLE)
    typed = form.cleaned_data

    def save() -> str:
        changed = lines.change_line(
            tab_id=tab_id,
            line_id=line_id,
            by=member.user,
            now=clock.now(),
            quantity=typed["quantity"],
            note=typed["note"] if "note" in request.POST else None,
        )
        return gettext("%(line)s changed") % {"line": changed.name}

    return pad.change(request, member, tab_id, save)


@require_POST
@staff_page()
def removal(request: HttpRequest, member: Membership, tab_id: UUID, line_id: UUID) -> HttpResponse:
    """Take off what the bar has not seen. Asked twice, it is off all the same."""
    tab = get_tab(member, tab_id)
    found = Line.objects.filter(tab=tab, id=line_id).first()

    def remove() -> str:
        if found is None:
            return gettext("That is off the tab already")
        lines.remove_line(tab_id=tab_id, line_id=line_id, by=member.user, now=clock.now())
        return gettext("%(line)s removed") % {"line": found.name}

    return pad.change(request, member, tab_id, remove)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def voiding(request: HttpRequest, member: Membership, tab_id: UUID, line_id: UUID) -> HttpResponse:
    """Take a sent line off, with a reason that the guest can read."""
    tab = get_tab(member, tab_id)
    found = _get_line(tab, line_id)
    if request.method != "POST":
        return _show_void(request, tab, found, VoidLine(initial={"why": "wrong"}))
    form = VoidLine(request.POST)
    if not form.is_valid():
        return _show_void(request, tab, found, form, status=UNPROCESSABLE)

    def void() -> str:
        if found.is_void:
            return gettext("%(line)s was voided already") % {"line": found.name}
        lines.void_line(
            tab_id=tab_id,
            line_id=line_id,
            by=member.user,
            now=clock.now(),
            reason=form.sentence,
        )
        return gettext("%(line)s voided") % {"line": found.name}

    return pad.change(request, member, tab_id, void)


def _wanted(form: AddLine) -> NewLine:
    typed = form.cleaned_data
    return NewLine(
        item_id=typed["item"],
        quantity=typed["quantity"] or 1,
        modifier_ids=typed["modifier_ids"],
        note=typed["note"],
        request_key=form.key,
    )


def _refuse_choices(
    request: HttpRequest, member: Membership, tab: Tab, form: AddLine, refusal: DomainError
) -> HttpResponse:
    """What was chosen wrongly is shown in its dialog; anything else beside the bill."""
    if refusal.code in {"modifiers_missing", "too_many_modifiers", "modifier_sold_out"}:
        return pad.show_choices(
            request,
            member,
            tab.id,
            form.cleaned_data["item"],
            problem=translated(refusal),
            status=UNPROCESSABLE,
        )
    status = answers.status_of(refusal)
    return pad.show(request, member, tab.id, alert=translated(refusal), status=status)


def _get_line(tab: Tab, line_id: UUID) -> Line:
    line = Line.objects.filter(tab=tab, id=line_id).first()
    if line is None:
        raise Http404
    return line


def _show_line(
    request: HttpRequest, tab: Tab, line: Line, form: ChangeLine, *, status: int = answers.OK
) -> HttpResponse:
    context = {"venue": tab.venue, "tab": tab, "line": line, "form": form}
    return answers.show_dialog(request, "front/dialogs/line.html", context, status=status)


def _show_void(
    request: HttpRequest, tab: Tab, line: Line, form: VoidLine, *, status: int = answers.OK
) -> HttpResponse:
    context: dict[str, Any] = {
        "venue": tab.venue,
        "tab": tab,
        "line": line,
        "form": form,
        "reasons": VOID_REASONS,
        "why": form["why"].value(),
    }
    return answers.show_dialog(request, "front/dialogs/void_line.html", context, status=status)
