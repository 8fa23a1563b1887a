"""What does not fit into the bar at the foot of a phone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from config.front.web import answers
from config.front.web.staff import staff_page
from config.kernel import clock
from orders.models import Membership
from orders.rules.roles import Right
from payments.selectors import summaries as wishes
from payments.services import summaries


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
        "wants_summary": member.reviews_money and wishes.wants_summary(member),
    }
    return render(request, "front/more.html", context)


@require_POST
@staff_page(Right.REVIEW_MONEY)
def summary(request: HttpRequest, member: Membership) -> HttpResponse:
    """The daily summary, for this person at this venue: on or off."""
    is_wanted = request.POST.get("wanted") == "yes"
    summaries.switch(membership=member, is_wanted=is_wanted, now=clock.now())
    said = gettext("A summary comes after each day on which something happened")
    messages.success(request, said if is_wanted else gettext("No more summaries"))
    return answers.go_to(request, "more", member.venue.slug)
