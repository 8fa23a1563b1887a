"""After the card page: where the payment stands, thanks, and receipts."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from config.kernel import clock
from config.kernel.browser import BrowserRequest, address_of, guest_page, is_only_looking
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, SeeOther, is_htmx, translated
from config.kernel.paper import answer_with
from orders.rules.addresses import masked
from orders.services import tries
from payments.gateway.errors import GatewayError
from payments.models import CheckoutAttempt
from payments.rules.attempt_states import AttemptState
from payments.selectors import balances, papers, payers, receipts, sums
from payments.selectors.payments import list_refunds
from payments.selectors.receipts import ReceiptPaper
from payments.services import checkout, reissue
from payments.services import receipts as receipt_services
from payments.web import words
from payments.web.forms import ReceiptForm
from payments.web.refund_words import of_money_back
from payments.web.visits import Visit, first_name, link_page, show, slow_down

logger = logging.getLogger(__name__)
HOUR: Final = 60 * 60
# A receipt goes again at most this often within an hour, and one address asks at most so often.
MAILS_PER_RECEIPT, MAILS_PER_ADDRESS = 3, 20
UNCHANGED: Final = 204


@require_safe
@link_page
def landing(request: BrowserRequest, visit: Visit, attempt: UUID) -> HttpResponse:
    """Where the payer comes back to. It says only what the bank's word supports."""
    found, is_sure = _ask(request, _attempt(visit, attempt), visit)
    if found.is_paid:
        return _go_to_thanks(request, visit, found)
    version = f"{found.state}-{is_sure}"
    if is_htmx(request):
        same = request.GET.get("v") == version
        return HttpResponse(status=UNCHANGED) if same else HttpResponseClientRefresh()
    context = {
        "attempt": found,
        "notice": words.of_attempt(found, is_sure=is_sure),
        "is_waiting": not is_sure or found.state == AttemptState.PREPARED,
        "is_polling": found.is_reserving,
        "version": version,
    }
    return show(request, visit, "landing", context)


@require_safe
@link_page
def thanks(request: BrowserRequest, visit: Visit, attempt: UUID) -> HttpResponse:
    """Paid: what, how, and what is left for others."""
    found = _attempt(visit, attempt)
    if not found.is_paid:
        return SeeOther(reverse("pay:return", args=[visit.token, attempt]))
    paper = receipts.read(found.payment.receipt)
    return show(request, visit, "thanks", _paid_context(visit, paper) | {"form": ReceiptForm()})


@require_safe
@link_page
def receipt(request: BrowserRequest, visit: Visit, receipt: UUID) -> HttpResponse:
    """A receipt to print."""
    paper = _paper(visit, receipt)
    context = {"paper": paper, "rows": sums.before_total(paper), "since": tuple(sums.since(paper))}
    return show(request, visit, "receipt", context)


@require_safe
@link_page
def receipt_pdf(_request: BrowserRequest, visit: Visit, receipt: UUID) -> HttpResponse:
    """The same receipt as PDF, to keep or to hand in."""
    paper = _paper(visit, receipt)
    pdf = papers.print_receipt(paper, venue=visit.tab.venue)
    return answer_with(pdf, papers.file_name(paper))


@require_POST
@link_page
def mail(request: BrowserRequest, visit: Visit, receipt: UUID) -> HttpResponse:
    """Send a receipt once more; to the address it has, or to the first one somebody gives."""
    paper = _paper(visit, receipt)
    form = ReceiptForm(request.POST)
    try:
        tries.count_try(f"receipt-mails:{receipt}", most=MAILS_PER_RECEIPT, seconds=HOUR)
    except tries.TooManyTries:
        return slow_down(request)
    context = _paid_context(visit, paper) | {"form": form}
    if not form.is_valid():
        return show(request, visit, "thanks", context, status=UNPROCESSABLE)
    try:
        message = receipt_services.send_again(
            receipt_id=receipt, now=visit.now, email=form.cleaned_data["email"]
        )
    except DomainError as refusal:
        form.add_error("email", translated(refusal))
        return show(request, visit, "thanks", context, status=UNPROCESSABLE)
    return show(request, visit, "thanks", context | {"sent_to": masked(message.to)})


@require_POST
@guest_page
def fresh_link(request: BrowserRequest, token: str) -> HttpResponse:
    """Mail what a link that ran out used to show, to the address it was sent to, if there is one.

    The answer is always the same: it tells nobody whether there was such a tab.
    """
    now = clock.now()
    try:
        tries.count_try(f"fresh:{address_of(request)}", most=MAILS_PER_ADDRESS, seconds=HOUR)
    except tries.TooManyTries:
        return slow_down(request)
    reissue.send_fresh(token=token, now=now)
    return render(request, "payments/guest/no_link.html", {"token": token, "is_asked": True})


def _ask(
    request: BrowserRequest, attempt: CheckoutAttempt, visit: Visit
) -> tuple[CheckoutAttempt, bool]:
    """The attempt as the bank knows it now, and whether the bank could be asked."""
    if not attempt.is_reserving or is_only_looking(request):
        return attempt, not attempt.is_reserving
    try:
        checkout.refresh(attempt_id=attempt.id, now=visit.now)
    except GatewayError:
        logger.warning("Nobody could say what became of attempt %s", attempt.id)
        return attempt, False
    return _attempt(visit, attempt.id), True


def _attempt(visit: Visit, attempt_id: UUID) -> CheckoutAttempt:
    attempt = payers.find_attempt(tab=visit.tab, attempt_id=attempt_id)
    if attempt is None:
        raise Http404
    return attempt


def _paper(visit: Visit, receipt_id: UUID) -> ReceiptPaper:
    paper = receipts.find(tab=visit.tab, receipt_id=receipt_id)
    if paper is None:
        raise Http404
    return paper


def _go_to_thanks(request: BrowserRequest, visit: Visit, attempt: CheckoutAttempt) -> HttpResponse:
    address = reverse("pay:thanks", args=[visit.token, attempt.id])
    return HttpResponseClientRedirect(address) if is_htmx(request) else SeeOther(address)


def _paid_context(visit: Visit, paper: ReceiptPaper) -> dict[str, object]:
    standing = balances.get_standing(visit.tab)
    refunds = list_refunds(tab_id=visit.tab.id)
    is_friend = payers.came_with_the_guest(tab=visit.tab, payer_digest=visit.payer)
    return {
        "paper": paper,
        "standing": standing,
        "money_back": of_money_back(refunds, standing),
        "receipt_to": masked(paper.receipt.email),
        "first_name": "" if is_friend else first_name(visit.tab),
    }
