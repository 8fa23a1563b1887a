"""The sections of a menu: adding, naming and ordering them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.web import answers
from config.front.web.catalogue_forms import SectionForm, refuse
from config.front.web.catalogue_items import PAGE, way_of
from config.front.web.staff import staff_page
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Category, Membership
from orders.rules.roles import Right
from orders.selectors import catalogue_editing as menus
from orders.services import catalogue, catalogue_editing


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def section_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """All sections in their order, and one more."""
    form = SectionForm(request.POST or None)
    if request.method != "POST":
        return _show_list(request, member, SectionForm())
    if form.is_valid():
        try:
            made = catalogue.add_category(venue=member.venue, name=form.cleaned_data["name"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(section)s added") % {"section": made.name})
            return answers.go_to(request, "catalogue:sections", member.venue.slug)
    return _show_list(request, member, form, status=UNPROCESSABLE)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def section(request: HttpRequest, member: Membership, section_id: int) -> HttpResponse:
    """Give a section another name."""
    found = _get(member, section_id)
    if request.method != "POST":
        return _show(request, member, SectionForm(initial={"name": found.name}), found)
    form = SectionForm(request.POST)
    if form.is_valid():
        try:
            saved = catalogue.rename_category(category=found, name=form.cleaned_data["name"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(section)s saved") % {"section": saved.name})
            return answers.go_to(request, "catalogue:sections", member.venue.slug)
    return _show(request, member, form, _get(member, section_id), status=UNPROCESSABLE)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def place(request: HttpRequest, member: Membership, section_id: int) -> HttpResponse:
    """One place up or down."""
    catalogue_editing.move_category(category=_get(member, section_id), way=way_of(request))
    return answers.go_to(request, "catalogue:sections", member.venue.slug)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def removal(request: HttpRequest, member: Membership, section_id: int) -> HttpResponse:
    """Take away a section that never held anything."""
    found = _get(member, section_id)
    try:
        catalogue_editing.remove_category(category=found)
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, gettext("%(section)s removed") % {"section": found.name})
    return answers.go_to(request, "catalogue:sections", member.venue.slug)


def _get(member: Membership, section_id: int) -> Category:
    found = member.venue.categories.filter(pk=section_id).first()
    if found is None:
        raise Http404
    return found


def _show_list(
    request: HttpRequest, member: Membership, form: SectionForm, *, status: int = answers.OK
) -> HttpResponse:
    context = {
        "venue": member.venue,
        "nav": "menu",
        "form": form,
        "sections": menus.list_sections(venue=member.venue),
    }
    return render(request, "orders/catalogue/sections.html", context, status=status)


def _show(
    request: HttpRequest,
    member: Membership,
    form: SectionForm,
    found: Category,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    context = {"venue": member.venue, "nav": "menu", "form": form, "section": found}
    return render(request, "orders/catalogue/section.html", context, status=status)
