"""Calls about receipts: as PDF, and mailed once more."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api import serializers as shapes_in
from config.front.api.views import OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.schema import reads, writes
from config.kernel.idempotency import Answer
from config.kernel.paper import answer_with
from orders.models import Tab
from orders.rules.addresses import masked
from orders.services import repeats
from payments.selectors import papers, receipts
from payments.selectors.receipts import ReceiptPaper
from payments.services import receipts as services


class ReceiptPdf(APIView):
    """One receipt on paper."""

    @reads(
        OpenApiTypes.BINARY,
        media="application/pdf",
        tag=TAG,
        name="print_receipt",
        summary="A receipt as PDF",
    )
    def get(self, request: Request, tab_id: UUID, receipt_id: UUID) -> HttpResponse:
        member, tab = reading.find_tab(request, tab_id)
        paper = _find(tab, receipt_id)
        return answer_with(papers.print_receipt(paper, venue=member.venue), papers.file_name(paper))


class ReceiptMail(APIView):
    """One receipt, mailed."""

    @writes(
        shapes_in.ReceiptMailOutput,
        tag=TAG,
        name="mail_receipt",
        summary="Mail a receipt again, at most once an hour; the first address given stays",
        request=shapes_in.ReceiptMailInput,
        refusals=["no_address"],
    )
    def post(self, request: Request, tab_id: UUID, receipt_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        paper = _find(tab, receipt_id)
        email = cleaned(shapes_in.ReceiptMailInput(data=request.data))["email"]
        now = clock.now()

        def work() -> Answer:
            sent = services.send_again(receipt_id=paper.receipt.id, now=now, email=email)
            return Answer(status=OK, data={"to": masked(sent.to)})

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


def _find(tab: Tab, receipt_id: UUID) -> ReceiptPaper:
    paper = receipts.find(tab=tab, receipt_id=receipt_id)
    if paper is None:
        raise NotFound
    return paper
