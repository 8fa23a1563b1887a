"""Calls that hand a tab over, merge it with another, split it, or undo any of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import moving_shapes, reading
from config.front.api.views import CREATED, OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.schema import writes
from config.kernel.idempotency import Answer
from orders.models import Membership, Rearrangement, Tab, User
from orders.services import repeats
from orders.services.handing_over import HandOver
from orders.services.lines import LineUnknown
from orders.services.rearrangements import RearrangementUnknown
from orders.services.repeats import Claim
from payments.services import rearranging
from payments.services.rearranging import Parts

MOVING = ("not_rearranged", "tab_too_large", "more_was_paid", "payment_under_way", "gateway_away")


class Transfer(APIView):
    """A tab in other hands."""

    @writes(
        moving_shapes.RearrangedBillOutput,
        tag=TAG,
        name="transfer_tab",
        summary="Hand a tab to a colleague, another place or another guest on file",
        request=moving_shapes.TransferInput,
        refusals=("not_rearranged", "nothing_handed_over", "colleague_unknown"),
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        asked = cleaned(moving_shapes.TransferInput(data=request.data))
        now = clock.now()

        def act(claim: Claim) -> Rearrangement:
            to = HandOver(
                colleague=_colleague(member, asked.get("colleague")),
                label=asked.get("label"),
                customer=reading.find_customer(member, asked.get("customer")),
                request_key=claim.request_key or None,
            )
            return rearranging.hand_over(tab_id=tab.id, to=to, by=member.user, now=now)

        return _once(request, member, tab, act, status=OK, now=now)


class Merging(APIView):
    """Two tabs that become one."""

    @writes(
        moving_shapes.RearrangedBillOutput,
        tag=TAG,
        name="merge_tabs",
        summary="Let another tab join this one; needs an Idempotency-Key",
        request=moving_shapes.MergingInput,
        refusals=("not_together", *MOVING),
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        other_id = cleaned(moving_shapes.MergingInput(data=request.data))["tab"]
        if not member.venue.tabs.filter(id=other_id).exists():
            raise NotFound
        now = clock.now()

        def act(claim: Claim) -> Rearrangement:
            return rearranging.merge(
                tab_id=tab.id,
                other_id=other_id,
                by=member.user,
                now=now,
                request_key=claim.request_key,
            )

        return _once(request, member, tab, act, status=OK, now=now, required=True)


class Splitting(APIView):
    """Several tabs made of one."""

    @writes(
        moving_shapes.SplitBillOutput,
        tag=TAG,
        name="split_tab",
        summary="Split what is left on a tab; needs an Idempotency-Key",
        request=moving_shapes.SplitInput,
        status=CREATED,
        refusals=("split_unclear", "part_too_small", "nothing_left", "line_taken", *MOVING),
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        asked = cleaned(moving_shapes.SplitInput(data=request.data))
        now = clock.now()

        def act(claim: Claim) -> Rearrangement:
            parts = Parts(
                ways=asked.get("ways"),
                weights=asked.get("weights", ()),
                amounts=asked.get("amounts", ()),
                groups=asked.get("lines", ()),
                request_key=claim.request_key,
            )
            return rearranging.split(tab_id=tab.id, parts=parts, by=member.user, now=now)

        return _once(request, member, tab, act, status=CREATED, now=now, required=True)


class Undoing(APIView):
    """A transfer, merge or split that is to be undone."""

    @writes(
        moving_shapes.RearrangedBillOutput,
        tag=TAG,
        name="undo_rearrangement",
        summary="Undo a transfer, a merge or a split; once or twice, it is the same",
        request=None,
        refusals=("changed_since", "paid_since", *MOVING),
    )
    def post(self, request: Request, tab_id: UUID, rearrangement_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        now = clock.now()

        def act(_claim: Claim) -> Rearrangement:
            return rearranging.undo(
                tab_id=tab.id, rearrangement_id=rearrangement_id, by=member.user, now=now
            )

        return _once(request, member, tab, act, status=OK, now=now)


def _colleague(member: Membership, email: str | None) -> User | None:
    """:raises NotFound: nobody at work here signs in so."""
    if email is None:
        return None
    people = Membership.objects.live().filter(venue=member.venue, user__email__iexact=email)
    colleague = people.select_related("user").first()
    if colleague is None:
        raise NotFound
    return colleague.user


def _once(
    request: Request,
    member: Membership,
    tab: Tab,
    act: Callable[[Claim], Rearrangement],
    *,
    status: int,
    now: datetime,
    required: bool = False,
) -> Response:
    """Do it once and show the bill; what is not on this tab is as unknown as what is nobody's."""

    def work(claim: Claim) -> Answer:
        try:
            made = act(claim)
        except (LineUnknown, RearrangementUnknown) as error:
            raise NotFound from error
        data = reading.show_tab(request, tab.id, now=now)
        data["rearrangement"] = str(made.id)
        if status == CREATED:
            new = made.tabs.exclude(id=tab.id).order_by("number").values_list("id", flat=True)
            data["parts"] = [str(part_id) for part_id in new]
        return Answer(status=status, data=data)

    call = repeats.call_of(member, keys.asked(request, required=required))
    return keys.respond(repeats.run_claimed(call=call, work=work, now=now))
