"""The menu at the counter: what is sold out today, and what is back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from config.front.web import answers
from config.front.web.staff import staff_page, wants_region
from orders.models import CatalogueItem, Membership
from orders.rules.roles import Right
from orders.selectors import catalogue as menus
from orders.services import catalogue


@require_safe
@staff_page()
def menu(request: HttpRequest, member: Membership) -> HttpResponse:
    """Everything on sale, section by section."""
    context = {
        "venue": member.venue,
        "nav": "menu",
        "menu": menus.get_menu(venue=member.venue),
        "may_set": member.may(Right.SET_AVAILABILITY),
        "may_edit": member.may(Right.EDIT_CATALOGUE),
    }
    return render(request, "orders/menu/list.html", context)


@require_POST
@staff_page(Right.SET_AVAILABILITY)
def availability(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Say that something is sold out, or to be had again."""
    is_available = request.POST.get("available") == "yes"
    try:
        item = catalogue.set_available(
            item_id=item_id, venue=member.venue, is_available=is_available, by=member.user
        )
    except CatalogueItem.DoesNotExist as error:
        raise Http404 from error
    said = gettext("%(item)s is back") if is_available else gettext("%(item)s is sold out")
    messages.success(request, said % {"item": item.name})
    if not wants_region(request):
        return answers.go_to(request, "catalogue:list", member.venue.slug)
    sold = menus.find_item(venue=member.venue, item_id=item.id)
    context = {"venue": member.venue, "sold": sold, "may_set": True}
    return render(request, "orders/menu/_changed.html", context)
