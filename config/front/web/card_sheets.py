"""Token cards on paper: the sheet on the page, the same as PDF, and new cards."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config.front.pages import cards as pages
from config.front.paper import cards as paper
from config.front.web.card_forms import NewCards, SheetForm
from config.front.web.staff import staff_page
from config.kernel.browser import absolute
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, translated
from orders.models import Membership
from orders.rules.roles import Right
from orders.selectors import tokens
from orders.services import tokens as services

OK, SEE_OTHER = 200, 303


@require_safe
@staff_page()
def sheet(request: HttpRequest, member: Membership) -> HttpResponse:
    """Ten cards as they come out of the printer."""
    return _show(request, member, _form(request, member))


@require_safe
@staff_page()
def pdf(request: HttpRequest, member: Membership) -> HttpResponse:
    """One sheet, or all of them, for a printer that is elsewhere."""
    form = _form(request, member)
    form.is_valid()
    address = partial(absolute, request)
    page = request.GET.get("page", "")
    faces = (
        pages.get_sheet(member.venue, wanted=form.wanted, page=page, absolute=address).faces
        if page
        else pages.list_faces(member.venue, wanted=form.wanted, absolute=address)
    )
    common = pages.common_of(member.venue, absolute=address)
    missing = paper.missing_letters(faces, common)
    if missing or not faces:
        return _show(request, member, form, missing=missing, status=CONFLICT)
    drawn = paper.draw_sheets(faces, common, paper=form.sheet_paper, ink=form.sheet_ink)
    name = f"{member.venue.slug}-cards.pdf"
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.EDIT_TOKENS)
def new(request: HttpRequest, member: Membership) -> HttpResponse:
    """More cards; the sheet that prints just these comes next."""
    if request.method != "POST":
        return _ask(request, member, NewCards(initial={"words": _usual_words(member)}))
    form = NewCards(request.POST)
    if not form.is_valid():
        return _ask(request, member, form, status=UNPROCESSABLE)
    try:
        made = services.print_cards(
            venue=member.venue, words=form.words_said, count=form.cleaned_data["count"]
        )
    except DomainError as refusal:
        form.add_error(None, translated(refusal))
        return _ask(request, member, form, status=UNPROCESSABLE)
    said = ngettext("%(count)s card made", "%(count)s cards made", len(made))
    messages.success(request, said % {"count": len(made)})
    return to_sheet(member, first=made[0].number, last=made[-1].number)


def to_sheet(member: Membership, *, first: int, last: int) -> HttpResponse:
    """On to the sheet that shows the cards with these numbers."""
    address = reverse("tokens:list", args=[member.venue.slug])
    return HttpResponseRedirect(f"{address}?first={first}&last={last}", status=SEE_OTHER)


def _form(request: HttpRequest, member: Membership) -> SheetForm:
    return SheetForm(request.GET, words=tokens.list_words(venue=member.venue))


def _show(
    request: HttpRequest,
    member: Membership,
    form: SheetForm,
    *,
    missing: str = "",
    status: int = OK,
) -> HttpResponse:
    form.is_valid()
    page = request.GET.get("page", "")
    context = {
        "venue": member.venue,
        "nav": "tokens",
        "form": form,
        "sheet": pages.get_sheet(
            member.venue, wanted=form.wanted, page=page, absolute=partial(absolute, request)
        ),
        "may_edit": member.may(Right.EDIT_TOKENS),
        "missing": missing,
    }
    return render(request, "orders/tokens/sheet.html", context, status=status)


def _ask(
    request: HttpRequest, member: Membership, form: NewCards, *, status: int = OK
) -> HttpResponse:
    context = {"venue": member.venue, "nav": "tokens", "form": form}
    return render(request, "orders/tokens/new.html", context, status=status)


def _usual_words(member: Membership) -> str:
    """The words a venue has, or one for each paper."""
    words = (
        tokens.list_words(venue=member.venue)
        or gettext("MINT PEAR HONEY CORAL ROSE PLUM LILAC SKY").split()
    )
    return ", ".join(words)
