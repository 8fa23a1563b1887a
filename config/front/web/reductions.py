"""On the house, discounts, and taking either back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from config.front.pages.giving import Giving, get_giving
from config.front.web import answers
from config.front.web.forms import FIELDS, refuse
from config.front.web.reduction_forms import CompForm, DiscountForm
from config.front.web.staff import get_tab, staff_page
from config.front.web.tab import show_afresh
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from config.kernel.written_money import money_text
from orders.models import Membership, Tab
from orders.rules.roles import Role
from payments.services import reducing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One showing of a dialog: who looks, at which tab, and what may be given."""

    request: HttpRequest
    member: Membership
    tab: Tab
    giving: Giving
    form: CompForm | DiscountForm
    template: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def comp(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Put something on the house."""
    tab = get_tab(member, tab_id)
    giving = get_giving(member, tab, now=clock.now())
    chosen = {"line": request.GET.get("line") or giving.first, "why": "wait"}
    form = CompForm(answers.sent(request), lines=giving.lines, initial=chosen)
    return _decide(_Asked(
        request=request, member=member, tab=tab, giving=giving, form=form,
        template="front/dialogs/comp.html",
    ))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def discount(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Take an amount or per cent off a line or the whole tab."""
    tab = get_tab(member, tab_id)
    giving = get_giving(member, tab, now=clock.now())
    form = DiscountForm(
        answers.sent(request),
        lines=giving.lines,
        currency=tab.currency,
        initial={"line": request.GET.get("line", ""), "why": "offer"},
    )
    return _decide(_Asked(
        request=request, member=member, tab=tab, giving=giving, form=form,
        template="front/dialogs/discount.html",
    ))  # fmt: skip


@require_POST
@staff_page()
def withdrawal(
    request: HttpRequest, member: Membership, tab_id: UUID, reduction_id: UUID
) -> HttpResponse:
    """Charge again what was taken off."""
    tab = get_tab(member, tab_id)
    try:
        back = reducing.withdraw(
            tab_id=tab.id, reduction_id=reduction_id, by=member.user, now=clock.now()
        )
    except DomainError as refusal:
        return show_afresh(request, member, tab, refusal)
    messages.success(
        request, gettext("%(amount)s charged again") % {"amount": money_text(back.amount)}
    )
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _decide(asked: _Asked) -> HttpResponse:
    if not (asked.tab.is_open or asked.tab.is_owing):
        return redirect("tabs:detail", asked.tab.venue.slug, asked.tab.id)
    if not asked.form.is_valid():
        return _ask(asked, status=UNPROCESSABLE if asked.form.is_bound else answers.OK)
    try:
        made = reducing.reduce_tab(
            tab_id=asked.tab.id,
            by=asked.member.user,
            role=Role(asked.member.role),
            now=clock.now(),
            wanted=asked.form.wanted,
        )
    except DomainError as refusal:
        if refusal.code not in FIELDS:
            return show_afresh(asked.request, asked.member, asked.tab, refusal)
        refuse(asked.form, refusal)
        return _ask(asked, status=UNPROCESSABLE)
    said = gettext("%(amount)s taken off") % {"amount": money_text(made.amount)}
    messages.success(asked.request, said)
    return answers.go_to(asked.request, "tabs:detail", asked.tab.venue.slug, asked.tab.id)


def _ask(asked: _Asked, *, status: int) -> HttpResponse:
    once = asked.form["request_key"].value() or answers.fresh_key()
    context = {
        "venue": asked.tab.venue,
        "tab": asked.tab,
        "giving": asked.giving,
        "form": asked.form,
        "chosen": asked.form["line"].value() or "",
        "request_key": once,
    }
    return answers.show_dialog(
        asked.request, asked.template, context, status=status, moves_money=True
    )
