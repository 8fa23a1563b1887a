"""Calls about tabs. Each reads its input, asks one service, and answers with the bill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api import serializers as shapes_in
from config.front.api.promise_serializers import AcknowledgementInput
from config.front.api.shapes import tab as tab_shape
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.paging import Pages, filters_of
from config.kernel.api.schema import LIST_PARAMETERS, reads, writes
from config.kernel.api.scope import find_member, members_of
from config.kernel.idempotency import Answer
from orders.models import Membership, Tab
from orders.rules.promises import AcknowledgementWay
from orders.selectors import bills
from orders.services import acknowledgements, lines, purchase_orders, repeats, tabs
from orders.services.lines import LineUnknown, NewLine
from payments.selectors import balances

OK, CREATED = 200, 201
TAG: Final = "Tabs"
ADDING: Final = (
    "tab_not_open", "item_unknown", "item_sold_out", "modifier_unknown", "modifier_sold_out",
    "modifiers_missing", "too_many_modifiers", "tab_too_large",
)  # fmt: skip
_ONE_LINE_OR_MORE: Final = PolymorphicProxySerializer(
    component_name="LinesInput",
    serializers=[shapes_in.LineInput, shapes_in.LineInput(many=True)],
    resource_type_field_name=None,
    many=False,
)


class Tabs(APIView):
    """The tabs of a venue."""

    @reads(
        shapes_in.TabPage,
        tag=TAG,
        name="list_tabs",
        summary="List tabs",
        parameters=[shapes_in.TabFilters, *LIST_PARAMETERS],
    )
    def get(self, request: Request) -> Response:
        asked = cleaned(shapes_in.TabFilters(data=filters_of(request.query_params)))
        member: Membership = find_member(members_of(request), asked.get("venue"))
        now = clock.now()
        pages = Pages(request, *(["rank"] if "token" in asked else []), "-opened_at", "-id")
        found = pages.page(reading.list_tabs(member, asked, now=now))
        standings = balances.get_standings(found)
        return Response(
            pages.envelope(
                [
                    tab_shape(
                        tab, standings[tab.id], guest_url=reading.guest_url(request, tab), now=now
                    )
                    for tab in found
                ]
            )
        )

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="open_tab",
        summary="Open a tab",
        request=shapes_in.TabInput,
        status=CREATED,
        refusals=["token_unknown", "token_in_use", "token_lost", "address_taken"],
    )
    def post(self, request: Request) -> Response:
        asked = cleaned(shapes_in.TabInput(data=request.data))
        member: Membership = find_member(members_of(request), asked.get("venue"))
        guest = dict(asked.get("customer") or {})
        now = clock.now()

        def work() -> Answer:
            tab = tabs.open_tab(
                venue=member.venue,
                by=member.user,
                now=now,
                label=asked["label"],
                guest_name=guest.get("name", ""),
                email=guest.get("email", ""),
                phone=guest.get("phone", ""),
                customer=reading.find_customer(member, guest.get("id")),
                token_code=asked["token"],
                guests_count=asked["guests_count"],
                purchase_order=asked["purchase_order"],
            )
            data = reading.show(request, reading.just_opened(tab), now=now)
            return Answer(status=CREATED, data=data)

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


class OneTab(APIView):
    """One tab."""

    @reads(shapes_in.FullBillOutput, tag=TAG, name="get_bill", summary="Read a bill")
    def get(self, request: Request, tab_id: UUID) -> Response:
        _member, tab = reading.find_tab(request, tab_id)
        return Response(reading.show_whole(request, bills.bill_of(tab), now=clock.now()))


class PurchaseOrder(APIView):
    """The number under which the guest's company ordered it."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="set_purchase_order",
        summary="Note the purchase order of a tab that is not settled",
        request=shapes_in.PurchaseOrderInput,
        refusals=["illegal_move"],
    )
    def put(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        wanted = cleaned(shapes_in.PurchaseOrderInput(data=request.data))["purchase_order"]
        now = clock.now()

        def work() -> Answer:
            purchase_orders.set_purchase_order(
                tab_id=tab.id, by=member.user, now=now, purchase_order=wanted
            )
            return Answer(status=OK, data=reading.show_tab(request, tab.id, now=now))

        return _once(request, member, work)


class Lines(APIView):
    """What is on a tab."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="add_lines",
        summary="Add one line, or up to 50 at once: all or none",
        request=_ONE_LINE_OR_MORE,
        status=CREATED,
        refusals=ADDING,
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member = reading.find_member_at(request, tab_id)
        wanted = [
            NewLine(
                item_id=line["item"],
                quantity=line["quantity"],
                modifier_ids=line["modifiers"],
                note=line["note"],
            )
            for line in _lines_of(request.data)
        ]

        def work() -> dict[str, Any]:
            try:
                added = lines.add_to_bill(
                    tab_id=tab_id,
                    venue_id=member.venue_id,
                    by=member.user,
                    now=now,
                    wanted=wanted,
                    sent=True,
                )
            except Tab.DoesNotExist as error:
                raise NotFound from error
            return reading.show(request, added.bill, now=now)

        now = clock.now()
        return _once(request, member, lambda: Answer(status=CREATED, data=work()))


class OneLine(APIView):
    """One line of a tab."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="change_line",
        summary="Change how many of an unsent line, or a line's note",
        request=shapes_in.LineChangeInput,
        refusals=["tab_not_open", "line_sent", "line_void", "tab_too_large"],
    )
    def patch(self, request: Request, tab_id: UUID, line_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        changes = cleaned(shapes_in.LineChangeInput(data=request.data))
        now = clock.now()

        def change() -> None:
            lines.change_line(tab_id=tab.id, line_id=line_id, by=member.user, now=now, **changes)

        return _once(request, member, _on_line(request, tab, change))


class LineVoid(APIView):
    """A line that counts no longer."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="void_line",
        summary="Void a line, with the reason",
        request=shapes_in.ReasonInput,
        refusals=["tab_not_open", "line_void"],
    )
    def post(self, request: Request, tab_id: UUID, line_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        reason = cleaned(shapes_in.ReasonInput(data=request.data))["reason"]
        now = clock.now()

        def void() -> None:
            lines.void_line(tab_id=tab.id, line_id=line_id, by=member.user, now=now, reason=reason)

        return _once(request, member, _on_line(request, tab, void))


class LineAcknowledgement(APIView):
    """The guest's yes to what a service promises, or why it starts without one."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="acknowledge_line",
        summary="Keep the guest's yes to what a service can and cannot do",
        request=AcknowledgementInput,
        status=CREATED,
        refusals=["tab_not_open", "line_void", "line_sent", "nothing_promised", "promise_changed"],
    )
    def post(self, request: Request, tab_id: UUID, line_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        said = cleaned(AcknowledgementInput(data=request.data))
        line: dict[str, Any] = {"tab_id": tab.id, "line_id": line_id, "now": clock.now()}

        def acknowledge() -> None:
            if said["way"] == AcknowledgementWay.WAIVED:
                acknowledgements.waive(**line, by=member.user, reason=said["reason"])
            else:
                acknowledgements.acknowledge(
                    **line, by=member.user, shown=said["digest"], name=said["name"]
                )

        return _once(request, member, _on_line(request, tab, acknowledge, status=CREATED))


def _once(request: Request, member: Membership, work: Callable[[], Answer]) -> Response:
    call = repeats.call_of(member, keys.asked(request))
    return keys.respond(repeats.run_once(call=call, work=work, now=clock.now()))


def _on_line(
    request: Request, tab: Tab, change: Callable[[], None], *, status: int = OK
) -> Callable[[], Answer]:
    """Change a line and show the bill; a line of another tab is as unknown as one of nobody's."""

    def work() -> Answer:
        try:
            change()
        except LineUnknown as error:
            raise NotFound from error
        return Answer(status=status, data=reading.show_tab(request, tab.id, now=clock.now()))

    return work


def _lines_of(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        found: list[dict[str, Any]] = cleaned(shapes_in.LinesInput(data))
        return found
    return [cleaned(shapes_in.LineInput(data=data))]
