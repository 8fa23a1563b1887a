"""A tab's own code, for a guest without a card: on the screen, and as a slip of paper."""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from config.front.pages import cards
from config.front.web import answers
from config.front.web.staff import get_tab, staff_page
from config.kernel.browser import absolute
from orders.models import Membership
from orders.rules.tab_states import FINAL

# Millimetres of the two rolls that receipt printers take.
WIDTHS: Final = ("80", "58")


@require_safe
@staff_page()
def slip(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """The guest scans it as they would scan a card, and the same rules let them in."""
    tab = get_tab(member, tab_id)
    if tab.status in FINAL:
        messages.error(request, gettext("This tab has ended, so there is nothing to scan."))
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
    width = request.GET.get("width", "")
    context = {
        "venue": member.venue,
        "nav": "tabs",
        "tab": tab,
        "url": cards.url_of_tab(tab, absolute=partial(absolute, request)),
        "width": width if width in WIDTHS else WIDTHS[0],
        "widths": WIDTHS,
    }
    return render(request, "orders/tokens/slip.html", context)
