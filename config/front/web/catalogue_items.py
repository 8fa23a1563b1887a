"""The menu as managers edit it: what is sold, section by section, and what is sold no more."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.web import answers
from config.front.web.catalogue_forms import ItemForm, refuse
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import CatalogueItem, Membership
from orders.rules.roles import Right
from orders.selectors import catalogue_editing as menus
from orders.services import catalogue, catalogue_editing
from orders.services.catalogue_editing import Way

PAGE = ["GET", "HEAD", "POST"]


@require_safe
@staff_page(Right.EDIT_CATALOGUE)
def shelf(request: HttpRequest, member: Membership) -> HttpResponse:
    """One section with all its items; `?section=` says which."""
    asked = request.GET.get("section", "")
    section_id = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None  # noqa: PLR2004 - No key is longer.
    context = {
        "venue": member.venue,
        "nav": "menu",
        "shelf": menus.get_shelf(venue=member.venue, section_id=section_id),
    }
    return render(request, "orders/catalogue/edit.html", context)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def new_item(request: HttpRequest, member: Membership) -> HttpResponse:
    """Sell something new."""
    if request.method != "POST":
        form = ItemForm(venue=member.venue, initial={"category": request.GET.get("section")})
        return _show(request, member, form, None)
    form = ItemForm(request.POST, venue=member.venue)
    if form.is_valid():
        try:
            made = catalogue.create_item(
                venue=member.venue, details=form.details, by=member.user, now=clock.now()
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(item)s is on the menu") % {"item": made.name})
            return _back(member, made)
    return _show(request, member, form, None, status=UNPROCESSABLE)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def item(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Sell something under other details from now on."""
    found = get_item(member, item_id)
    if request.method != "POST":
        return _show(request, member, ItemForm(venue=member.venue, initial=_typed(found)), found)
    form = ItemForm(request.POST, venue=member.venue)
    if form.is_valid():
        try:
            saved = catalogue.update_item(
                item=found, details=form.details, by=member.user, now=clock.now()
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(item)s saved") % {"item": saved.name})
            return _back(member, saved)
    return _show(request, member, form, get_item(member, item_id), status=UNPROCESSABLE)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def place(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """One place up or down in its section."""
    found = get_item(member, item_id)
    catalogue_editing.move_item(item=found, way=way_of(request))
    return _back(member, found)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def retirement(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Take something off the menu. Asked twice, it is off all the same."""
    found = get_item(member, item_id)
    catalogue.retire_item(item_id=found.id, venue=member.venue, now=clock.now())
    undo = resolve_url("catalogue:item_return", member.venue.slug, found.id)
    said = gettext("%(item)s is off the menu") % {"item": found.name}
    messages.success(request, said, extra_tags=undo)
    return _back(member, found)


@require_safe
@staff_page(Right.EDIT_CATALOGUE)
def retired(request: HttpRequest, member: Membership) -> HttpResponse:
    """What is sold no more, and can come back."""
    context = {
        "venue": member.venue,
        "nav": "menu",
        "items": menus.list_retired(venue=member.venue),
    }
    return render(request, "orders/catalogue/retired.html", context)


@require_POST
@staff_page(Right.EDIT_CATALOGUE)
def item_return(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Sell something again that was retired."""
    try:
        found = catalogue_editing.bring_back(item_id=item_id, venue=member.venue)
    except CatalogueItem.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, translated(refusal))
        return answers.go_to(request, "catalogue:retired", member.venue.slug)
    messages.success(request, gettext("%(item)s is back on the menu") % {"item": found.name})
    return _back(member, found)


def way_of(request: HttpRequest) -> Way:
    """Up, unless down was pressed."""
    return Way.DOWN if request.POST.get("way") == "down" else Way.UP


def get_item(member: Membership, item_id: UUID) -> CatalogueItem:
    """:raises Http404: the venue sells no such thing."""
    found = menus.find_item(venue=member.venue, item_id=item_id)
    if found is None:
        raise Http404
    return found


def _typed(found: CatalogueItem) -> dict[str, object]:
    return {
        "name": found.name,
        "price": found.price,
        "category": found.category_id,
        "tax": found.tax_rate_id,
        "groups": [group.pk for group in found.modifier_groups.all()],
        "duration_minutes": found.duration_minutes,
        "expected_result": found.expected_result,
        "limits": found.limits,
    }


def _show(
    request: HttpRequest,
    member: Membership,
    form: ItemForm,
    found: CatalogueItem | None,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    context = {"venue": member.venue, "nav": "menu", "form": form, "item": found}
    return render(request, "orders/catalogue/item.html", context, status=status)


def _back(member: Membership, found: CatalogueItem) -> HttpResponse:
    """To the section, with the item in view."""
    address = resolve_url("catalogue:edit", member.venue.slug)
    return HttpResponseRedirect(
        f"{address}?section={found.category_id}#item-{found.id}", status=303
    )
