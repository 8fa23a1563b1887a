"""Calls that end a tab, ask for its money, take it at the counter, or take the asking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api import serializers as shapes_in
from config.front.api.views import CREATED, OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.schema import writes
from config.kernel.browser import absolute
from config.kernel.idempotency import Answer
from config.kernel.money import Money
from orders.models import Tab
from orders.rules.roles import Role
from orders.services import repeats
from orders.services.repeats import Claim
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter, counter_reversals, reopening
from payments.services.counter import Taken
from payments.services.requests import PAY_PATH

CLOSING = (
    "illegal_move", "nothing_to_pay", "above_charge_limit", "address_taken",
    "promise_not_acknowledged",
)  # fmt: skip
TAKING_BACK = ("illegal_move", "money_came_in", "payment_under_way", "gateway_away")


class Closure(APIView):
    """The end of a tab's service, and the start of its payment."""

    @writes(
        shapes_in.ClosedBillOutput,
        tag=TAG,
        name="close_tab",
        summary="Close a tab and ask for payment",
        request=shapes_in.ClosureInput,
        refusals=CLOSING,
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member = reading.find_member_at(request, tab_id)
        email = cleaned(shapes_in.ClosureInput(data=request.data)).get("email", "")
        now = clock.now()

        def work() -> Answer:
            try:
                closed = closing.close_and_request(
                    tab_id=tab_id, venue_id=member.venue_id, by=member.user, now=now, email=email
                )
            except Tab.DoesNotExist as error:
                raise NotFound from error
            data = reading.show_closed(request, closed.bill, now=now)
            data["payment_link"] = absolute(request, PAY_PATH.replace("[token]", closed.token))
            return Answer(status=OK, data=data)

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


class Reopening(APIView):
    """A closed tab that is to change again."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="reopen_tab",
        summary="Reopen a closed tab nothing was paid on",
        request=shapes_in.ReasonInput,
        refusals=TAKING_BACK,
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        return _take_back(request, tab_id, reopening.reopen_tab, is_done=lambda tab: tab.is_open)


class TabVoid(APIView):
    """A tab nobody has to pay."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="void_tab",
        summary="Void a tab nothing was paid on",
        request=shapes_in.ReasonInput,
        refusals=TAKING_BACK,
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        return _take_back(request, tab_id, reopening.void_tab, is_done=lambda tab: tab.is_void)


class CounterPayments(APIView):
    """Money taken at the counter."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="record_counter_payment",
        summary="Record money taken at the counter; needs an Idempotency-Key",
        request=shapes_in.CounterPaymentInput,
        status=CREATED,
        refusals=["not_owing", "more_than_owed", "gateway_away"],
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        asked = cleaned(shapes_in.CounterPaymentInput(data=request.data))
        taken = Taken(
            method=CounterMethod(asked["method"]),
            amount=_in_currency(tab, "amount", asked["amount"], least=1),
            tip=_in_currency(tab, "tip", asked.get("tip") or Money.zero(tab.currency)),
        )
        now = clock.now()

        def work(claim: Claim) -> Answer:
            counter.record_counter_payment(
                tab_id=tab.id, by=member.user, taken=taken, request_key=claim.request_key, now=now
            )
            return Answer(status=CREATED, data=reading.show_tab(request, tab.id, now=now))

        call = repeats.call_of(member, keys.asked(request, required=True))
        return keys.respond(repeats.run_claimed(call=call, work=work, now=now))


class CounterPaymentReversal(APIView):
    """Money that was recorded at the counter and does not count."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="reverse_counter_payment",
        summary="Take back money recorded at the counter; the tab owes it again",
        request=shapes_in.ReasonInput,
    )
    def post(self, request: Request, tab_id: UUID, payment_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        reason = cleaned(shapes_in.ReasonInput(data=request.data))["reason"]
        if not tab.counter_payments.filter(id=payment_id).exists():
            raise NotFound
        now = clock.now()

        def work() -> Answer:
            counter_reversals.reverse(
                tab_id=tab.id,
                payment_id=payment_id,
                by=member.user,
                role=Role(member.role),
                reason=reason,
                now=now,
            )
            return Answer(status=OK, data=reading.show_tab(request, tab.id, now=now))

        call = repeats.call_of(member, keys.asked(request, required=True))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


def _take_back(
    request: Request,
    tab_id: UUID,
    service: Callable[..., Tab],
    *,
    is_done: Callable[[Tab], bool],
) -> Response:
    """Reopen or void. A call taken over after its process died may find that done already."""
    member, tab = reading.find_tab(request, tab_id)
    reason = cleaned(shapes_in.ReasonInput(data=request.data))["reason"]
    now: datetime = clock.now()

    def work(claim: Claim) -> Answer:
        if not (claim.is_resumed and is_done(tab)):
            service(tab_id=tab.id, by=member.user, role=Role(member.role), reason=reason, now=now)
        return Answer(status=OK, data=reading.show_tab(request, tab.id, now=now))

    call = repeats.call_of(member, keys.asked(request))
    return keys.respond(repeats.run_claimed(call=call, work=work, now=now))


def _in_currency(tab: Tab, field: str, amount: Money, *, least: int = 0) -> Money:
    if amount.currency != tab.currency:
        said = _("This tab is in %(currency)s.") % {"currency": tab.currency}
        raise ValidationError({field: {"currency": [said]}})
    if amount.minor < least:
        raise ValidationError({field: {"minor": [_("The amount must be more than zero.")]}})
    return amount
