"""The page of one tab, and the decisions about what is known of its party."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages import opening
from config.front.pages.tab import get_tab_page
from config.front.web import answers
from config.front.web.forms import (
    FIELDS,
    CardForm,
    GuestDetails,
    Place,
    PurchaseOrder,
    Reason,
    refuse,
)
from config.front.web.staff import get_tab, staff_page, wants_region
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership, Tab
from orders.rules.roles import Right, Role
from orders.services import claims, purchase_orders, tabs
from payments.services import reopening as taking_back


@require_safe
@staff_page()
def detail(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """The whole tab."""
    return _show(request, member, tab_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def guest(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Who the guest is, and where the link goes."""
    tab = get_tab(member, tab_id)
    form = GuestDetails(answers.sent(request), initial=_known(tab))

    def save() -> str:
        typed = form.cleaned_data
        tabs.set_guest(
            tab_id=tab.id,
            by=member.user,
            now=clock.now(),
            name=typed["name"],
            email=typed["email"],
            phone=typed["phone"],
        )
        return gettext("Name and address saved")

    return _decide(request, member, tab, form, what="guest", save=save)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def place(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Where the party sits, and how many they are."""
    tab = get_tab(member, tab_id)
    known = {"label": tab.label, "guests_count": tab.guests_count}
    form = Place(answers.sent(request), initial=known)

    def save() -> str:
        typed = form.cleaned_data
        tabs.set_label(
            tab_id=tab.id,
            by=member.user,
            now=clock.now(),
            label=typed["label"],
            guests_count=typed["guests_count"],
        )
        return gettext("Place saved")

    return _decide(request, member, tab, form, what="place", save=save)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def purchase_order(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """The number under which the guest's company ordered it, or none."""
    tab = get_tab(member, tab_id)
    form = PurchaseOrder(answers.sent(request), initial={"purchase_order": tab.purchase_order})

    def save() -> str:
        purchase_orders.set_purchase_order(
            tab_id=tab.id, by=member.user, now=clock.now(), **form.cleaned_data
        )
        return gettext("Purchase order saved")

    return _decide(request, member, tab, form, what="purchase_order", save=save)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def card(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Give the party another card, or none."""
    tab = get_tab(member, tab_id)
    form = CardForm(answers.sent(request))

    def save() -> str:
        moved = tabs.change_card(
            tab_id=tab.id, by=member.user, now=clock.now(), token_code=form.code
        )
        if not moved.token_code:
            return gettext("The tab has no card now")
        return gettext("Moved to %(card)s") % {"card": moved.token_code}

    return _decide(request, member, tab, form, what="card", save=save)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REOPEN_TAB)
def reopening(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Let a closed tab change again."""
    return _take_back(request, member, tab_id, "reopening")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def voiding(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """End a tab that nobody has to pay."""
    return _take_back(request, member, tab_id, "voiding")


@require_POST
@staff_page()
def claims_reset(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Put every phone out of the bill; the next one to scan the card is the first again."""
    tab = get_tab(member, tab_id)
    claims.reset(tab_id=tab.id, by=member.user, now=clock.now())
    messages.success(request, gettext("Every phone was put out. The share code is new."))
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def show_afresh(
    request: HttpRequest, member: Membership, tab: Tab, refusal: DomainError
) -> HttpResponse:
    """The tab as it stands now, and why what was asked of it could not be done."""
    status = answers.status_of(refusal)
    if wants_region(request):
        messages.error(request, translated(refusal))
        return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id, status=status)
    return _show(request, member, tab.id, alert=translated(refusal), status=status)


def _show(
    request: HttpRequest,
    member: Membership,
    tab_id: UUID,
    *,
    alert: str = "",
    status: int = answers.OK,
) -> HttpResponse:
    page = get_tab_page(member, get_tab(member, tab_id), now=clock.now())
    context = {"venue": member.venue, "nav": "tabs", "page": page, "alert": alert}
    return render(request, "front/tab.html", context, status=status)


def _take_back(request: HttpRequest, member: Membership, tab_id: UUID, what: str) -> HttpResponse:
    tab = get_tab(member, tab_id)
    form = Reason(answers.sent(request))
    act, said = {
        "reopening": (taking_back.reopen_tab, gettext("The tab is open again")),
        "voiding": (taking_back.void_tab, gettext("The tab is void")),
    }[what]

    def save() -> str:
        act(
            tab_id=tab.id,
            by=member.user,
            role=Role(member.role),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
        return said

    return _decide(request, member, tab, form, what=what, save=save)


def _decide(
    request: HttpRequest,
    member: Membership,
    tab: Tab,
    form: Form,
    *,
    what: str,
    save: Callable[[], str],
) -> HttpResponse:
    """Show a form, take it, and say what came of it.

    What was typed wrongly goes back into the form; what became of the tab meanwhile is shown by
    its page.
    """
    if not form.is_valid():
        return _ask(request, tab, form, what)
    try:
        messages.success(request, save())
    except DomainError as refusal:
        if refusal.code not in FIELDS:
            return show_afresh(request, member, tab, refusal)
        refuse(form, refusal)
        return _ask(request, tab, form, what)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _ask(request: HttpRequest, tab: Tab, form: Form, what: str) -> HttpResponse:
    context: dict[str, Any] = {"venue": tab.venue, "tab": tab, "form": form}
    if what == "card":
        context["opening"] = opening.get_opening(tab.venue, now=clock.now())
    status = UNPROCESSABLE if form.is_bound else answers.OK
    return answers.show_dialog(request, f"front/dialogs/{what}.html", context, status=status)


def _known(tab: Tab) -> dict[str, str]:
    return {
        "name": tab.who,
        "email": tab.customer.email if tab.customer else "",
        "phone": tab.customer.phone if tab.customer else "",
    }
