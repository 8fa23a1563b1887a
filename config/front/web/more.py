"""What does not fit into the bar at the foot of a phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.web.staff import staff_page
from orders.models import Membership


@require_safe
@staff_page()
def more(request: HttpRequest, member: Membership) -> HttpResponse:
    """The other pages somebody may open here, and the way out."""
    context = {
        "venue": member.venue,
        "nav": "more",
        "edits_venue": member.edits_venue,
        "manages_people": member.manages_people,
        "reviews_money": member.reviews_money,
        "manages_account": member.manages_account,
    }
    return render(request, "front/more.html", context)
