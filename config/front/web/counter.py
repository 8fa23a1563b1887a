"""Money taken at the counter: cash with its change, a card terminal, a transfer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from config.front.pages import counter as counting
from config.front.pages.counter import Counted
from config.front.web import answers
from config.front.web.forms import CounterPaymentForm, refuse
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE
from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Membership, Tab
from orders.rules.roles import Right
from payments.rules.accounts import CounterMethod
from payments.selectors import balances
from payments.services import counter
from payments.services.counter import Taken


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.TAKE_PAYMENT)
def counter_payment(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Take money at the counter. What is recorded is what stood on the button."""
    tab = get_tab(member, tab_id)
    if not tab.is_owing:
        return redirect("tabs:detail", member.venue.slug, tab.id)
    open_amount = balances.get_standing(tab).open_amount
    is_cash = request.GET.get("how") != "other"
    form = _counter_form(request, tab, open_amount, is_cash=is_cash)
    counted = _counted(form, open_amount, is_cash=is_cash)
    if request.method != "POST":
        return _ask_counter(request, tab, form, counted)
    if counted is None:
        return _ask_counter(request, tab, form, counted, status=UNPROCESSABLE)
    if form.cleaned_data["shown"] != counted.kept.minor:
        form.add_error(None, gettext("Nothing was recorded yet. Check the amounts once more."))
        return _ask_counter(request, tab, form, counted, status=CONFLICT)
    return _record(request, member, tab, form, counted)


def _record(
    request: HttpRequest,
    member: Membership,
    tab: Tab,
    form: CounterPaymentForm,
    counted: Counted,
) -> HttpResponse:
    method = form.cleaned_data.get("method", CounterMethod.CASH)
    try:
        paid = counter.record_counter_payment(
            tab_id=tab.id,
            by=member.user,
            taken=Taken(
                method=CounterMethod(method),
                amount=counted.amount,
                tip=counted.tip,
                received=counted.received,
            ),
            request_key=form.once or answers.fresh_key(),
            now=clock.now(),
        )
    except DomainError as refusal:
        refuse(form, refusal)
        status = answers.status_of(refusal)
        return _ask_counter(request, tab, form, counted, status=status)
    said = gettext("%(amount)s recorded") % {"amount": money_text(paid.charge)}
    if paid.change.is_positive:
        said = gettext("%(amount)s recorded. Give %(change)s back.") % {
            "amount": money_text(paid.charge),
            "change": money_text(paid.change),
        }
    messages.success(request, said)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _counter_form(
    request: HttpRequest, tab: Tab, open_amount: Money, *, is_cash: bool
) -> CounterPaymentForm:
    """What was typed; the first time, exactly what is left to pay."""
    options: dict[str, Any] = {"currency": tab.currency, "is_cash": is_cash}
    data = request.POST if request.method == "POST" else request.GET
    if "received" in data:
        return CounterPaymentForm(data, **options)
    text = CounterPaymentForm(**options).fields["received"].prepare_value(open_amount)
    return CounterPaymentForm({"received": text, "method": CounterMethod.CARD_TERMINAL}, **options)


def _counted(form: CounterPaymentForm, open_amount: Money, *, is_cash: bool) -> Counted | None:
    if not form.is_valid():
        return None
    return counting.count(
        form.cleaned_data["received"],
        tip=form.cleaned_data["tip"] or Money.zero(open_amount.currency),
        open_amount=open_amount,
        gives_change=is_cash,
    )


def _ask_counter(
    request: HttpRequest,
    tab: Tab,
    form: CounterPaymentForm,
    counted: Counted | None,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    open_amount = balances.get_standing(tab).open_amount
    here = resolve_url("tabs:counter", tab.venue.slug, tab.id)
    as_text = form.fields["received"].prepare_value
    is_cash = "method" not in form.fields
    context: dict[str, Any] = {
        "venue": tab.venue,
        "tab": tab,
        "form": form,
        "counted": counted,
        "open_amount": open_amount,
        "likely": [(each, as_text(each)) for each in counting.likely(open_amount)],
        "is_cash": is_cash,
        "here": here if is_cash else f"{here}?how=other",
        "request_key": form["request_key"].value() or answers.fresh_key(),
    }
    template = "front/dialogs/counter.html"
    answer = answers.show_dialog(request, template, context, status=status, moves_money=True)
    if request.headers.get("HX-Target") == "quote":
        answers.keep_target(answer)
    return answer
