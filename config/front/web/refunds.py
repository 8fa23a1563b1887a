"""Giving a card payment back, from the tab's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from config.front.web import answers
from config.front.web.forms import refuse
from config.front.web.refund_forms import RefundForm
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE
from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Membership, Tab
from orders.rules.roles import Right, Role
from payments.models import Refund
from payments.rules.refund_states import RefundState
from payments.selectors import refunds as refundable
from payments.selectors.refunds import Options
from payments.services import refunds


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REFUND)
def refund(
    request: HttpRequest, member: Membership, tab_id: UUID, payment_id: UUID
) -> HttpResponse:
    """Give a card payment back: what stood on the button, and once however often it is pressed."""
    tab = get_tab(member, tab_id)
    options = _get_options(tab, payment_id)
    form = RefundForm(answers.sent(request), options=options)
    if request.method != "POST":
        return _ask(request, tab, form, whole=options.left.bill)
    made = _find_made(form, options)
    if made is not None:
        return _say(request, tab, made)
    if not form.is_valid():
        return _ask(request, tab, form, status=UNPROCESSABLE)
    whole = form.wish.amount + form.wish.tip
    if form.cleaned_data["shown"] != whole.minor:
        form.add_error(None, gettext("Nothing was given back yet. Check the amount once more."))
        return _ask(request, tab, form, whole=whole, status=CONFLICT)
    try:
        made = refunds.refund(
            payment_id=payment_id,
            by=member.user,
            role=Role(member.role),
            wish=form.wish,
            request_key=form.once or answers.fresh_key(),
            now=clock.now(),
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _ask(request, tab, form, whole=whole, status=answers.status_of(refusal))
    return _say(request, tab, made)


def _get_options(tab: Tab, payment_id: UUID) -> Options:
    options = refundable.find_options(tab=tab, payment_id=payment_id)
    if options is None:
        raise Http404
    return options


def _find_made(form: RefundForm, options: Options) -> Refund | None:
    """The refund this very press made before; what is left has changed since."""
    key = form["request_key"].value()
    return options.payment.refunds.filter(request_key=key).first() if key else None


def _say(request: HttpRequest, tab: Tab, made: Refund) -> HttpResponse:
    amount = {"amount": money_text(made.whole)}
    if made.state == RefundState.REQUESTED:
        said = gettext(
            "Stripe has not answered yet. We keep asking, and %(amount)s goes back at most once."
        )
        messages.warning(request, said % amount)
    elif made.state == RefundState.FAILED:
        messages.error(request, gettext("%(amount)s could not be given back") % amount)
    else:
        messages.success(request, gettext("%(amount)s is on its way back to the card") % amount)
    return answers.go_to(request, "tabs:detail", tab.venue.slug, tab.id)


def _ask(
    request: HttpRequest,
    tab: Tab,
    form: RefundForm,
    *,
    whole: Money | None = None,
    status: int = answers.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        "venue": tab.venue,
        "tab": tab,
        "form": form,
        "options": form.options,
        "whole": whole if whole is not None and whole.is_positive else None,
        "what": form["what"].value(),
        "ticked": form["line"].value() or [],
        "request_key": form["request_key"].value() or answers.fresh_key(),
    }
    template = "front/dialogs/refund.html"
    return answers.show_dialog(request, template, context, status=status, moves_money=True)
