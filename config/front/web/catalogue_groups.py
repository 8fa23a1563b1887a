"""The choices that go with items: sizes, milks, extras, each group with its rows in one form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.web import answers
from config.front.web.catalogue_forms import ChoiceFormSet, GroupForm, initial_choice, refuse
from config.front.web.catalogue_items import PAGE, way_of
from config.front.web.staff import staff_page
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership, ModifierGroup
from orders.rules.roles import Right
from orders.selectors import catalogue_editing as menus
from orders.services import catalogue, catalogue_editing
from orders.services.catalogue import NewChoice
from orders.services.catalogue_editing import EditedChoice

ROWS = "choices"
COLUMNS = ("id", "name", "delta", "is_default", "is_available")


@require_safe
@staff_page(Right.EDIT_CATALOGUE)
def group_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """All choices in the order in which they are asked."""
    context = {
        "venue": member.venue,
        "nav": "menu",
        "groups": menus.list_groups(venue=member.venue),
    }
    return render(request, "orders/catalogue/groups.html", context)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def new_group(request: HttpRequest, member: Membership) -> HttpResponse:
    """A choice that no item has asked for yet."""
    return _edit(request, member, None)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def group(request: HttpRequest, member: Membership, group_id: int) -> HttpResponse:
    """Change what is asked, and what can be answered."""
    return _edit(request, member, _get(member, group_id))


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def place(request: HttpRequest, member: Membership, group_id: int) -> HttpResponse:
    """One place up or down."""
    catalogue_editing.move_group(group=_get(member, group_id), way=way_of(request))
    return answers.go_to(request, "catalogue:groups", member.venue.slug)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def removal(request: HttpRequest, member: Membership, group_id: int) -> HttpResponse:
    """Take away a choice that nothing asks for any more."""
    found = _get(member, group_id)
    try:
        catalogue_editing.remove_group(group=found)
    except DomainError as refusal:
        messages.error(request, translated(refusal))
    else:
        messages.success(request, gettext("%(group)s removed") % {"group": found.name})
    return answers.go_to(request, "catalogue:groups", member.venue.slug)


def _edit(request: HttpRequest, member: Membership, found: ModifierGroup | None) -> HttpResponse:
    """One form for both: the name and numbers above, a row for each choice below."""
    currency = {"currency": member.venue.currency}
    if request.method != "POST":
        rows = ChoiceFormSet(
            prefix=ROWS, initial=_typed_rows(found, member.venue.currency), form_kwargs=currency
        )
        return _show(request, member, GroupForm(initial=_typed(found)), rows, found)
    data = _moved(request.POST)
    form, rows = GroupForm(data), ChoiceFormSet(data, prefix=ROWS, form_kwargs=currency)
    if data is not request.POST:
        return _show(request, member, form, rows, found)
    if form.is_valid() and rows.is_valid():
        choices = [row.choice for row in rows.forms if row.choice is not None]
        try:
            saved = _save(member, found, form.cleaned_data, choices)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(group)s saved") % {"group": saved.name})
            return answers.go_to(request, "catalogue:groups", member.venue.slug)
    return _show(request, member, form, rows, found, status=UNPROCESSABLE)


def _save(
    member: Membership,
    found: ModifierGroup | None,
    typed: dict[str, Any],
    choices: list[EditedChoice],
) -> ModifierGroup:
    if found is not None:
        return catalogue_editing.update_group(group=found, choices=choices, **typed)
    new = [
        NewChoice(name=choice.name, delta=choice.delta, is_default=choice.is_default)
        for choice in choices
    ]
    return catalogue.create_group(venue=member.venue, choices=new, **typed)


def _moved(data: QueryDict) -> QueryDict:
    """The form with two rows swapped, if that is what was pressed; nothing is saved by it."""
    for name, way in (("up", -1), ("down", 1)):
        pressed = data.get(name, "")
        if pressed.isascii() and pressed.isdecimal() and len(pressed) < 3:  # noqa: PLR2004 - Rows of a form.
            return _swapped(data, int(pressed), int(pressed) + way)
    return data


def _swapped(data: QueryDict, here: int, there: int) -> QueryDict:
    swapped = data.copy()
    total = data.get(f"{ROWS}-TOTAL_FORMS", "")
    if not total.isdecimal() or not 0 <= there < min(int(total), 100) or here >= int(total):
        return swapped
    for column in COLUMNS:
        one, other = f"{ROWS}-{here}-{column}", f"{ROWS}-{there}-{column}"
        swapped.setlist(one, data.getlist(other))
        swapped.setlist(other, data.getlist(one))
    return swapped


def _get(member: Membership, group_id: int) -> ModifierGroup:
    found = member.venue.modifier_groups.filter(pk=group_id).first()
    if found is None:
        raise Http404
    return found


def _typed(found: ModifierGroup | None) -> dict[str, object]:
    if found is None:
        return {"least": 0, "most": 1}
    return {"name": found.name, "least": found.min_choices, "most": found.max_choices}


def _typed_rows(found: ModifierGroup | None, currency: str) -> list[dict[str, object]]:
    if found is None:
        return []
    rows = found.modifiers.order_by("position", "name")
    return [initial_choice(modifier, currency) for modifier in rows]


def _show(
    request: HttpRequest,
    member: Membership,
    form: GroupForm,
    rows: Any,
    found: ModifierGroup | None,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    context = {"venue": member.venue, "nav": "menu", "form": form, "rows": rows, "group": found}
    return render(request, "orders/catalogue/group.html", context, status=status)
