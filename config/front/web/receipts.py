"""A receipt once more: as PDF to print, and by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from config.front.web import answers
from config.front.web.forms import refuse
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE
from config.kernel.paper import answer_with
from orders.models import Membership, Tab
from orders.rules.addresses import masked
from payments.selectors import papers, receipts
from payments.selectors.receipts import ReceiptPaper
from payments.services import receipts as services


class ReceiptAddress(forms.Form):
    """Where a receipt goes that nobody gave an address for."""

    email = forms.EmailField(
        max_length=254,
        label=_("Email for the receipt"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


@require_safe
@staff_page()
def pdf(_request: HttpRequest, member: Membership, tab_id: UUID, receipt_id: UUID) -> HttpResponse:
    """The receipt to print."""
    paper = _find(get_tab(member, tab_id), receipt_id)
    return answer_with(papers.print_receipt(paper, venue=member.venue), papers.file_name(paper))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def mail(request: HttpRequest, member: Membership, tab_id: UUID, receipt_id: UUID) -> HttpResponse:
    """Mail the receipt again; where nobody gave an address, ask for it first."""
    tab = get_tab(member, tab_id)
    paper = _find(tab, receipt_id)
    known = {"email": paper.receipt.email}
    form = ReceiptAddress(known if paper.receipt.email else answers.sent(request))
    if request.method != "POST" or not form.is_valid():
        return _ask(request, tab, paper, form)
    try:
        sent = services.send_again(
            receipt_id=receipt_id, now=clock.now(), email=form.cleaned_data["email"]
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _ask(request, tab, paper, form)
    messages.success(request, gettext("The receipt goes to %s once more") % masked(sent.to))
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)


def _find(tab: Tab, receipt_id: UUID) -> ReceiptPaper:
    paper = receipts.find(tab=tab, receipt_id=receipt_id)
    if paper is None:
        raise Http404
    return paper


def _ask(request: HttpRequest, tab: Tab, paper: ReceiptPaper, form: ReceiptAddress) -> HttpResponse:
    context: dict[str, Any] = {
        "venue": tab.venue,
        "tab": tab,
        "paper": paper,
        "to": masked(paper.receipt.email),
        "form": form,
    }
    status = UNPROCESSABLE if request.method == "POST" else answers.OK
    return answers.show_dialog(request, "front/dialogs/receipt_mail.html", context, status=status)
