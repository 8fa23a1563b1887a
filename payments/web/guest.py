"""The pay page: what is owed, how much of it now, and off to the card page."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from config.kernel.browser import BrowserRequest, absolute
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, SeeOther, is_htmx
from config.kernel.money import Money
from orders.models import Line, Tab
from orders.rules.terms import VenueKind
from orders.selectors import bills, promises, transfers
from orders.selectors.bills import Bill
from orders.services import purchase_orders
from payments.gateway.errors import GatewayError
from payments.models import CheckoutAttempt
from payments.rules.allocation import LineShare, NothingLeftToPay
from payments.selectors import balances, card_on_file, payers, quotes, receipts, sums
from payments.selectors.accounts import are_cards_off
from payments.selectors.payments import list_refunds
from payments.selectors.quotes import Quote
from payments.services import checkout
from payments.services.checkout import AmountChanged, Wish
from payments.services.requests import NotOwing
from payments.web import words
from payments.web.forms import BY_TRANSFER, PayForm
from payments.web.refund_words import of_money_back
from payments.web.visits import Visit, first_name, link_page, show
from payments.web.words import Notice

logger = logging.getLogger(__name__)
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A line to tick on the pay page; a voided one has no share."""

    line: Line
    share: LineShare | None
    is_ticked: bool


_NO_ATTEMPT = UUID(int=0)


@require_safe
@link_page
def pay(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """What this link shows now. Looking at it reserves nothing and charges nothing."""
    if visit.tab.is_settled:
        return _show_settled(request, visit)
    if not visit.tab.is_owing:
        return _show_state(request, visit)
    left = _left_attempt(request, visit)
    if left is not None and left.is_paid:
        return SeeOther(reverse("pay:thanks", args=[visit.token, left.id]))
    notice = words.of_leaving(left) if left else None
    way = {"way": BY_TRANSFER} if request.GET.get("way") == BY_TRANSFER else {}
    return _show_form(request, visit, PayForm(way, tab=visit.tab), notice=notice)


@require_POST
@link_page
def quote(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The same page with the sums of another choice. Nothing is reserved by asking."""
    if not visit.tab.is_owing:
        return _back_to_tab(request, visit)
    form = PayForm(request.POST, tab=visit.tab)
    # Half-typed words are no mistake yet while the page asks by itself.
    status = OK if form.is_valid() or is_htmx(request) else UNPROCESSABLE
    return _show_form(request, visit, form, status=status)


@require_POST
@link_page
def payments(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """Pay was pressed: open the card page for what was shown, or say why not."""
    if not visit.tab.is_owing:
        return _back_to_tab(request, visit)
    form = PayForm(request.POST, tab=visit.tab)
    if not form.is_valid():
        return _show_form(request, visit, form, status=UNPROCESSABLE)
    refusal = _note_purchase_order(visit, form)
    if refusal is not None:
        notice = words.of_refusal(refusal)
        return _show_form(request, visit, form, notice=notice, status=CONFLICT)
    if form.is_transfer:
        return SeeOther(reverse("pay:page", args=[visit.token]) + f"?way={BY_TRANSFER}")
    if form.shown_money is None:
        notice = words.amount_is_now(_quote(visit, form).charge)
        return _show_form(request, visit, form, notice=notice, status=CONFLICT)
    return _open_page(request, visit, form, shown=form.shown_money)


def _note_purchase_order(visit: Visit, form: PayForm) -> DomainError | None:
    """Keep the number the guest's own company knows this by; why not, where that was refused."""
    typed = form.cleaned_data["purchase_order"]
    if not typed:
        return None
    try:
        noted = purchase_orders.set_purchase_order(
            tab_id=visit.tab.id, by=None, now=visit.now, purchase_order=typed
        )
    except DomainError as refusal:
        visit.tab.refresh_from_db(fields=["purchase_order"])
        return refusal
    visit.tab.purchase_order = noted.purchase_order
    return None


def _open_page(
    request: BrowserRequest, visit: Visit, form: PayForm, *, shown: Money
) -> HttpResponse:
    wish = _wish(request, visit, form, shown=shown)
    try:
        attempt = checkout.open_page(tab_id=visit.tab.id, wish=wish, now=visit.now)
    except NotOwing:
        return _back_to_tab(request, visit)
    except GatewayError:
        # An earlier page of this payer could not be closed, so no other may be opened.
        logger.exception("No page could be opened for tab %s", visit.tab.id)
        notice, status = words.no_page(), UNPROCESSABLE
    except DomainError as refusal:
        is_news = isinstance(refusal, AmountChanged | NothingLeftToPay)
        notice, status = words.of_refusal(refusal), CONFLICT if is_news else UNPROCESSABLE
    else:
        return SeeOther(attempt.url)
    return _show_form(request, visit, form, notice=notice, status=status)


def _wish(request: BrowserRequest, visit: Visit, form: PayForm, *, shown: Money) -> Wish:
    path = reverse("pay:page", args=[visit.token])
    back = reverse("pay:return", args=[visit.token, _NO_ATTEMPT])
    return Wish(
        choice=form.choice,
        tip=_quote(visit, form).tip,
        shown=shown,
        payer_digest=visit.payer,
        payer_email=form.cleaned_data.get("email") or _guests_email(visit),
        return_url=absolute(request, back).replace(str(_NO_ATTEMPT), "{attempt}"),
        back_url=absolute(request, path) + "?left={attempt}",
        locale=get_language() or "en",
    )


def _guests_email(visit: Visit) -> str:
    """The guest's own address, unless somebody else at the table is paying."""
    if payers.came_with_the_guest(tab=visit.tab, payer_digest=visit.payer):
        return ""
    return visit.tab.customer.email if visit.tab.customer else ""


def _show_form(
    request: BrowserRequest,
    visit: Visit,
    form: PayForm,
    *,
    notice: Notice | None = None,
    status: int = OK,
) -> HttpResponse:
    form.is_valid()
    is_friend = payers.came_with_the_guest(tab=visit.tab, payer_digest=visit.payer)
    customer = visit.tab.customer
    bill = bills.get_bill(tab_id=visit.tab.id)
    worked_out = _quote(visit, form)
    context: dict[str, Any] = {
        "bill": bill,
        "promised": promises.list_promised(bill.lines),
        "on_file": card_on_file.of_tab(visit.tab, now=visit.now),
        "picks": _picks(bill, worked_out, form),
        "form": form,
        "quote": worked_out,
        "sums": sums.left_to_pay(bill, worked_out.standing),
        "bank": transfers.get_bank_details(visit.tab),
        "asks_purchase_order": _asks_purchase_order(visit.tab),
        "underway": payers.underway(tab=visit.tab, payer_digest=visit.payer),
        "notice": notice or (words.cards_off() if are_cards_off(visit.tab.venue) else None),
        "refusal": words.of_refusal(worked_out.refusal) if worked_out.refusal else None,
        "first_name": "" if is_friend else first_name(visit.tab),
        "asks_email": is_friend or customer is None or not customer.email,
        "is_overdue": visit.tab.is_overdue(visit.now),
        "days_left": _days_left(visit),
        "zero": Money.zero(visit.tab.currency),
        "each": worked_out.standing.open_amount.split(form.ways_value)[0],
    }
    return show(request, visit, "_form" if is_htmx(request) else "pay", context, status=status)


def _days_left(visit: Visit) -> int:
    """Whole local days until the pay-by date."""
    due_at, venue = visit.tab.due_at, visit.tab.venue
    return (venue.local(due_at).date() - venue.local(visit.now).date()).days if due_at else 0


def _asks_purchase_order(tab: Tab) -> bool:
    """Companies pay consultants, and book under a number of their own; nobody does for coffee."""
    return tab.venue.kind == VenueKind.CONSULTING and not tab.purchase_order


def _picks(bill: Bill, worked_out: Quote, form: PayForm) -> tuple[Pick, ...]:
    """The bill's lines, each with what may be ticked for it."""
    shares = {share.line_id: share for share in worked_out.shares}
    return tuple(
        Pick(line=line, share=shares.get(line.id), is_ticked=line.id in form.line_ids)
        for line in bill.lines
    )


def _quote(visit: Visit, form: PayForm) -> Quote:
    return quotes.get_quote(
        tab=visit.tab,
        choice=form.choice,
        tip_percent=form.tip_percent,
        tip_amount=form.tip_money,
        payer_digest=visit.payer,
    )


def _left_attempt(request: BrowserRequest, visit: Visit) -> CheckoutAttempt | None:
    """The attempt whose page somebody just left without paying, as its address says."""
    try:
        attempt_id = UUID(request.GET.get("left", ""))
    except ValueError:
        return None
    return payers.find_attempt(tab=visit.tab, attempt_id=attempt_id)


def _back_to_tab(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The tab is no longer waiting for money: its page says what became of it."""
    address = reverse("pay:page", args=[visit.token])
    return HttpResponseClientRedirect(address) if is_htmx(request) else SeeOther(address)


def _show_settled(request: BrowserRequest, visit: Visit) -> HttpResponse:
    standing = balances.get_standing(visit.tab)
    refunds = list_refunds(tab_id=visit.tab.id)
    context = {
        "papers": receipts.list_of(tab=visit.tab),
        "standing": standing,
        "money_back": of_money_back(refunds, standing),
    }
    return show(request, visit, "settled", context)


def _show_state(request: BrowserRequest, visit: Visit) -> HttpResponse:
    bill = bills.get_bill(tab_id=visit.tab.id) if visit.tab.is_open else None
    left = _left_attempt(request, visit)
    context = {
        "notice": words.of_tab(visit.tab),
        "left": words.of_ended_page(left) if left else None,
        "bill": bill,
        "sums": sums.so_far(bill) if bill else None,
    }
    return show(request, visit, "state", context)
