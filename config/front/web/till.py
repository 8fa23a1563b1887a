"""The till: money taken back from it, and its counting at the end of a shift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.front.web import answers
from config.front.web.forms import Reason, refuse
from config.front.web.staff import get_tab, staff_page
from config.front.web.till_forms import TillCount
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE
from config.kernel.written_money import money_text
from orders.models import Membership, Tab
from orders.rules.roles import Right, Role
from payments.models import CashCount
from payments.selectors import payments
from payments.selectors import till as counts
from payments.selectors.payments import Paid
from payments.services import counter_reversals
from payments.services import till as counting


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_MONEY)
def reversal(
    request: HttpRequest, member: Membership, tab_id: UUID, payment_id: UUID
) -> HttpResponse:
    """Take back what was recorded at the counter. Pressed twice, it is taken back once."""
    tab = get_tab(member, tab_id)
    paid = _get_counter_payment(tab, payment_id)
    form = Reason(answers.sent(request))
    if not form.is_valid():
        return _ask_reversal(request, tab, paid, form)
    try:
        counter_reversals.reverse(
            tab_id=tab.id,
            payment_id=payment_id,
            by=member.user,
            role=Role(member.role),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _ask_reversal(request, tab, paid, form)
    said = gettext("%(amount)s taken back") % {"amount": money_text(paid.charge)}
    messages.success(request, said)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


@require_safe
@staff_page(Right.TAKE_PAYMENT)
def till(request: HttpRequest, member: Membership) -> HttpResponse:
    """The shift that is on, and the counts before it. What should be there, managers see."""
    context = _frame(member) | {
        "shift": counts.get_shift(member.venue, now=clock.now()),
        "counts": counts.list_counts(member.venue),
        "sees_expected": member.may(Right.REVIEW_MONEY),
    }
    return render(request, "front/till/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.TAKE_PAYMENT)
def count(request: HttpRequest, member: Membership) -> HttpResponse:
    """Count the till: add it up first, then keep what stood on the button."""
    venue = member.venue
    is_first = counts.get_shift(venue, now=clock.now()).before is None
    form = TillCount(answers.sent(request), currency=venue.currency, is_first=is_first)
    if not form.is_valid():
        return _ask_count(request, member, form)
    counted = form.count.counted
    if form.cleaned_data["shown"] is None:
        return _ask_count(request, member, form, counted=counted)
    if form.cleaned_data["shown"] != counted.minor:
        form.add_error(None, gettext("Nothing was kept yet. Check the sum once more."))
        return _ask_count(request, member, form, counted=counted, status=CONFLICT)
    try:
        kept = counting.count_till(
            venue=venue,
            by=member.user,
            count=form.count,
            request_key=form.once or answers.fresh_key(),
            now=clock.now(),
        )
    except DomainError as refusal:
        status = answers.status_of(refusal)
        refuse(form, refusal)
        return _ask_count(request, member, form, counted=counted, status=status)
    messages.success(request, gettext("Count %(number)s is kept") % {"number": kept.number})
    return answers.go_to(request, "till:sheet", venue.slug, kept.id)


@require_safe
@staff_page(Right.TAKE_PAYMENT)
def sheet(request: HttpRequest, member: Membership, count_id: UUID) -> HttpResponse:
    """One count, to read and to print."""
    kept = counts.find_count(member.venue, count_id=count_id)
    if kept is None:
        raise Http404
    context = _frame(member) | {"count": kept, "pieces": _pieces(kept)}
    return render(request, "front/till/sheet.html", context)


def _get_counter_payment(tab: Tab, payment_id: UUID) -> Paid:
    for paid in payments.list_payments(tab_id=tab.id):
        if paid.id == payment_id and not paid.is_card:
            return paid
    raise Http404


def _ask_reversal(request: HttpRequest, tab: Tab, paid: Paid, form: Reason) -> HttpResponse:
    context: dict[str, Any] = {"venue": tab.venue, "tab": tab, "paid": paid, "form": form}
    status = UNPROCESSABLE if form.is_bound else answers.OK
    template = "front/dialogs/counter_reversal.html"
    return answers.show_dialog(request, template, context, status=status, moves_money=True)


def _ask_count(
    request: HttpRequest, member: Membership, form: TillCount, *, status: int = 0, **context: Any
) -> HttpResponse:
    status = status or (UNPROCESSABLE if form.errors else answers.OK)
    context |= {"form": form, "request_key": form["request_key"].value() or answers.fresh_key()}
    return render(request, "front/till/count.html", _frame(member) | context, status=status)


def _pieces(kept: CashCount) -> list[tuple[Any, int, Any]]:
    """Each kind of note and coin that was there: its worth, how many, what they come to."""
    worths = sorted(map(int, kept.pieces), reverse=True)
    return [
        (kept.worth(worth), kept.pieces[str(worth)], kept.worth(worth) * kept.pieces[str(worth)])
        for worth in worths
    ]


def _frame(member: Membership) -> dict[str, Any]:
    return {"venue": member.venue, "nav": "till"}
