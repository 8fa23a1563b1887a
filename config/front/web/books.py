"""Stripe's books beside ours, for managers: fees, payouts, and what does not agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.front.web import answers
from config.front.web.forms import Reason, refuse
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from orders.models import Membership
from orders.rules.roles import Right, Role
from payments.models import Difference
from payments.selectors import books as reading
from payments.services import differences

SHOWN: Final = timedelta(days=30)


@require_safe
@staff_page(Right.REVIEW_MONEY)
def books(request: HttpRequest, member: Membership) -> HttpResponse:
    """What cards brought, what Stripe kept, what reached the bank; every difference with advice."""
    venue = member.venue
    context = {
        "venue": venue,
        "nav": "books",
        "money": reading.get_card_money(venue, since=clock.now() - SHOWN),
        "differences": [_told(each) for each in reading.list_differences(venue)],
        "sorted_out": [_told(each) for each in reading.list_sorted_out(venue)],
        "payouts": reading.list_payouts(venue),
    }
    return render(request, "front/books/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_MONEY)
def sorting(request: HttpRequest, member: Membership, difference_id: int) -> HttpResponse:
    """Say what came of a difference. Said twice, the first word stands."""
    found = reading.find_difference(member.venue, difference_id=difference_id)
    if found is None:
        raise Http404
    form = Reason(answers.sent(request))
    form.fields["reason"].label = gettext("What came of it?")
    if not form.is_valid():
        return _ask(request, member, found, form)
    try:
        differences.sort_out(
            venue=member.venue,
            difference_id=found.pk,
            by=member.user,
            role=Role(member.role),
            note=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _ask(request, member, found, form)
    messages.success(request, gettext("Sorted out"))
    return answers.go_to(request, "books:list", member.venue.slug)


def _told(difference: Difference) -> dict[str, Any]:
    return {
        "it": difference,
        "what": gettext(difference.what),
        "advice": gettext(difference.advice),
    }


def _ask(request: HttpRequest, member: Membership, found: Difference, form: Reason) -> HttpResponse:
    context = {"venue": member.venue, "nav": "books", "form": form, **_told(found)}
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return answers.show_dialog(request, "front/books/sorting.html", context, status=status)
