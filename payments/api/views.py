"""Calls about card payments: giving them back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned, money
from config.kernel.api.paging import Pages, filters_of
from config.kernel.api.schema import LIST_PARAMETERS, reads, writes
from config.kernel.api.scope import members_of
from config.kernel.idempotency import Answer
from config.kernel.money import Money
from orders.models import Membership
from orders.rules.roles import Right, Role, ensure_may
from orders.services import repeats
from orders.services.repeats import Claim
from payments.api import serializers as shapes
from payments.models import Payment, Refund
from payments.services import refunds
from payments.services.refunds import RefundWish

CREATED = 201
TAG = "Refunds"
REFUSALS = ("more_than_left", "line_given_back", "payment_disputed", "refund_refused")


class Refunds(APIView):
    """What went back of one card payment."""

    @reads(
        shapes.RefundPage,
        tag=TAG,
        name="list_refunds",
        summary="List what went back of a card payment",
        parameters=LIST_PARAMETERS,
    )
    def get(self, request: Request, payment_id: UUID) -> Response:
        cleaned(shapes.RefundFilters(data=filters_of(request.query_params)))
        _member, payment = _find_payment(request, payment_id)
        pages = Pages(request, "-created_at", "-id")
        found = pages.page(_readable().filter(payment=payment))
        return Response(pages.envelope([_shown(refund) for refund in found]))

    @writes(
        shapes.RefundOutput,
        tag=TAG,
        name="refund_payment",
        summary="Give a card payment back; needs an Idempotency-Key",
        request=shapes.RefundInput,
        status=CREATED,
        refusals=REFUSALS,
    )
    def post(self, request: Request, payment_id: UUID) -> Response:
        member, payment = _find_payment(request, payment_id)
        ensure_may(Role(member.role), Right.REFUND)
        asked = cleaned(shapes.RefundInput(data=request.data))
        nothing = Money.zero(payment.currency)
        wish = RefundWish(
            amount=asked.get("amount", nothing),
            tip=asked.get("tip", nothing),
            reason=asked["reason"],
            line_ids=tuple(asked.get("lines", ())),
        )
        now = clock.now()

        def work(claim: Claim) -> Answer:
            made = refunds.refund(
                payment_id=payment.id,
                by=member.user,
                role=Role(member.role),
                wish=wish,
                request_key=claim.request_key,
                now=now,
            )
            return Answer(status=CREATED, data=_shown(_readable().get(id=made.id)))

        call = repeats.call_of(member, keys.asked(request, required=True))
        return keys.respond(repeats.run_claimed(call=call, work=work, now=now))


class OneRefund(APIView):
    """One refund, as Stripe last told of it."""

    @reads(shapes.RefundOutput, tag=TAG, name="get_refund", summary="Look a refund up")
    def get(self, request: Request, refund_id: UUID) -> Response:
        venues = [member.venue_id for member in members_of(request)]
        found = _readable().filter(id=refund_id, tab__venue_id__in=venues).first()
        if found is None:
            raise NotFound
        return Response(_shown(found))


def _find_payment(request: Request, payment_id: UUID) -> tuple[Membership, Payment]:
    members: dict[UUID, Membership] = {each.venue_id: each for each in members_of(request)}
    found = Payment.objects.select_related("tab").filter(tab__venue_id__in=members)
    payment = found.filter(id=payment_id).first()
    if payment is None:
        raise NotFound
    return members[payment.tab.venue_id], payment


def _readable() -> QuerySet[Refund]:
    return Refund.objects.select_related("requested_by").prefetch_related("lines")


def _shown(refund: Refund) -> dict[str, Any]:
    by = refund.requested_by
    return {
        "id": str(refund.id),
        "payment": str(refund.payment_id),
        "tab": str(refund.tab_id),
        "state": refund.state,
        "origin": refund.origin,
        "amount": money(refund.amount),
        "tip": money(refund.tip),
        "lines": [str(chosen.line_id) for chosen in refund.lines.all()],
        "reason": refund.reason,
        "failure": refund.failure,
        "requested_by": by.get_short_name() if by else None,
        "created_at": _moment(refund.created_at),
        "finished_at": _moment(refund.finished_at),
    }


def _moment(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None
