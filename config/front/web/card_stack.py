"""The stack of token cards: where each one is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from config.front.pages import cards as pages
from config.front.web.card_sheets import to_sheet
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.browser import absolute
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, translated
from orders.models import Membership, TokenCard
from orders.rules.roles import Right
from orders.selectors import tokens
from orders.selectors.tokens import CardState, Whereabouts
from orders.services import tokens as services

OK, SEE_OTHER = 200, 303


@require_safe
@staff_page()
def stack(request: HttpRequest, member: Membership) -> HttpResponse:
    """Every card, or those that somebody looks for."""
    state = request.GET.get("state", "")
    found = pages.get_stack(
        member.venue,
        state=CardState(state) if state in set(CardState) else None,
        typed=request.GET.get("q", "")[:20],
        page=request.GET.get("page", ""),
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "venue": member.venue,
        "nav": "tokens",
        "stack": found,
        "query": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "orders/tokens/stack.html", context)


@require_safe
@staff_page()
def card(request: HttpRequest, member: Membership, card_id: int) -> HttpResponse:
    """One card, and what can be done about it."""
    return _show(request, member, _get(member, card_id))


@require_POST
@staff_page(Right.EDIT_TOKENS)
def loss(request: HttpRequest, member: Membership, card_id: int) -> HttpResponse:
    """Report a card lost."""
    lose = partial(services.mark_lost, now=clock.now())
    return _change(request, member, card_id, lose, gettext("%(card)s is reported lost"))


@require_POST
@staff_page(Right.EDIT_TOKENS)
def comeback(request: HttpRequest, member: Membership, card_id: int) -> HttpResponse:
    """Found again, or wanted again."""
    said = gettext("%(card)s is back on the stack")
    return _change(request, member, card_id, services.mark_found, said)


@require_POST
@staff_page(Right.EDIT_TOKENS)
def retirement(request: HttpRequest, member: Membership, card_id: int) -> HttpResponse:
    """Take a worn card out of use."""
    retire = partial(services.retire, now=clock.now())
    return _change(request, member, card_id, retire, gettext("%(card)s is out of use"))


@require_POST
@staff_page(Right.EDIT_TOKENS)
def replacement(request: HttpRequest, member: Membership, card_id: int) -> HttpResponse:
    """Print a card anew: another code, and the sheet with just this card comes next."""
    where = _get(member, card_id)
    try:
        card = services.replace(venue=member.venue, card_id=card_id, now=clock.now())
    except DomainError as refusal:
        return _show(request, member, where, alert=translated(refusal), status=CONFLICT)
    said = gettext("%(card)s has a new code. Print it now: earlier prints stopped working.")
    messages.success(request, said % {"card": card.code})
    return to_sheet(member, first=card.number, last=card.number)


def _change(
    request: HttpRequest,
    member: Membership,
    card_id: int,
    change: Callable[..., TokenCard],
    said: str,
) -> HttpResponse:
    where = _get(member, card_id)
    try:
        change(venue=member.venue, card_id=card_id)
    except DomainError as refusal:
        return _show(request, member, where, alert=translated(refusal), status=CONFLICT)
    messages.success(request, said % {"card": where.card.code})
    address = reverse("tokens:card", args=[member.venue.slug, card_id])
    return HttpResponseRedirect(address, status=SEE_OTHER)


def _show(
    request: HttpRequest,
    member: Membership,
    where: Whereabouts,
    *,
    alert: str = "",
    status: int = OK,
) -> HttpResponse:
    address = partial(absolute, request)
    context = {
        "venue": member.venue,
        "nav": "tokens",
        "where": where,
        "face": pages.faces_of([where.card], absolute=address)[0],
        "common": pages.common_of(member.venue, absolute=address),
        "may_edit": member.may(Right.EDIT_TOKENS),
        "alert": alert,
    }
    return render(request, "orders/tokens/card.html", context, status=status)


def _get(member: Membership, card_id: int) -> Whereabouts:
    where = tokens.find_whereabouts(venue=member.venue, card_id=card_id)
    if where is None:
        raise Http404
    return where
