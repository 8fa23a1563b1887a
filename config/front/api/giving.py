"""Calls that take something off a bill on purpose, or charge it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import moving_shapes, reading
from config.front.api import serializers as shapes_in
from config.front.api.views import CREATED, OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.schema import writes
from config.kernel.idempotency import Answer
from orders.models import Membership, Tab
from orders.rules.reductions import ReductionKind
from orders.rules.roles import Role
from orders.services import repeats
from orders.services.lines import LineUnknown
from orders.services.reductions import ReductionUnknown, Wanted
from orders.services.repeats import Claim
from payments.services import reducing

AFTER_CLOSING = ("tab_not_open", "not_owing", "more_was_paid", "payment_under_way", "gateway_away")
GIVING = ("nothing_to_reduce", "above_gift_limit", *AFTER_CLOSING)


class Comps(APIView):
    """Things on the house."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="comp_line",
        summary="Put a line, or some of it, on the house",
        request=moving_shapes.CompInput,
        status=CREATED,
        refusals=GIVING,
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        asked = cleaned(moving_shapes.CompInput(data=request.data))
        wanted = {
            "kind": ReductionKind.COMP,
            "line_id": asked["line"],
            "quantity": asked["quantity"],
            "reason": asked["reason"],
        }
        return _give(request, member, tab, wanted)


class Discounts(APIView):
    """Amounts or per cent off."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="discount_tab",
        summary="Take an amount or per cent off a line, or off everything that is on the tab now",
        request=moving_shapes.DiscountInput,
        status=CREATED,
        refusals=("reduction_too_large", *GIVING),
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        asked = cleaned(moving_shapes.DiscountInput(data=request.data))
        wanted = {
            "kind": ReductionKind.DISCOUNT,
            "line_id": asked["line"],
            "percent": asked["percent"],
            "amount": asked.get("amount"),
            "reason": asked["reason"],
        }
        return _give(request, member, tab, wanted)


class Withdrawal(APIView):
    """A comp or discount that is charged again."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="withdraw_reduction",
        summary="Charge again what was taken off; once or twice, it is the same",
        request=None,
        refusals=("line_moved", *AFTER_CLOSING),
    )
    def post(self, request: Request, tab_id: UUID, reduction_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        now = clock.now()

        def withdraw(_claim: Claim) -> None:
            reducing.withdraw(tab_id=tab.id, reduction_id=reduction_id, by=member.user, now=now)

        return _once(request, member, tab, withdraw, status=OK, now=now)


def _give(request: Request, member: Membership, tab: Tab, wanted: dict[str, object]) -> Response:
    now = clock.now()

    def give(claim: Claim) -> None:
        reducing.reduce_tab(
            tab_id=tab.id,
            by=member.user,
            role=Role(member.role),
            now=now,
            wanted=Wanted(**wanted, request_key=claim.request_key or None),  # type: ignore[arg-type]  # Read by their serializer.
        )

    return _once(request, member, tab, give, status=CREATED, now=now)


def _once(
    request: Request,
    member: Membership,
    tab: Tab,
    act: Callable[[Claim], None],
    *,
    status: int,
    now: datetime,
) -> Response:
    """Do it once and show the bill; what is not on this tab is as unknown as what is nobody's."""

    def work(claim: Claim) -> Answer:
        try:
            act(claim)
        except (LineUnknown, ReductionUnknown) as error:
            raise NotFound from error
        return Answer(status=status, data=reading.show_tab(request, tab.id, now=now))

    call = repeats.call_of(member, keys.asked(request))
    return keys.respond(repeats.run_claimed(call=call, work=work, now=now))
