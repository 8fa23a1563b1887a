"""Calls about a tab that settles itself with a card on file: how it stands, and stopping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api.shapes import moment
from config.front.api.views import OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import Input, MoneyOutput, cleaned, money
from config.kernel.api.schema import reads, writes
from config.kernel.idempotency import Answer
from orders.models import Tab
from orders.services import repeats
from payments.rules.auto_settlement import AutoState, Why
from payments.selectors import card_on_file
from payments.services import auto_settlement


class StopInput(Input):
    """Nothing: the tab says it all."""


class AutoSettlementOutput(serializers.Serializer[Any]):
    """How a tab's automatic settlement stands; `none` where no card is to pay it."""

    state = serializers.ChoiceField(choices=["none", *[state.value for state in AutoState]])
    why = serializers.ChoiceField(choices=[why.value for why in Why], allow_null=True)
    charge_at = serializers.DateTimeField(allow_null=True)
    told = MoneyOutput(allow_null=True, help_text="The amount the guest was told.")
    card_last4 = serializers.CharField(allow_null=True)


class AutoSettlements(APIView):
    """The card that is to pay a tab."""

    @reads(
        AutoSettlementOutput,
        tag=TAG,
        name="get_auto_settlement",
        summary="Read whether a card on file settles the tab, and when",
    )
    def get(self, request: Request, tab_id: UUID) -> Response:
        _member, tab = reading.find_tab(request, tab_id)
        return Response(_shape(tab))


class Stopping(APIView):
    """The end of an automatic settlement."""

    @writes(
        AutoSettlementOutput,
        tag=TAG,
        name="stop_auto_settlement",
        summary="Do not charge the card on file; the guest is sent the link",
        request=StopInput,
        refusals=["nothing_to_call_off"],
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        cleaned(StopInput(data=request.data))
        now = clock.now()

        def work() -> Answer:
            auto_settlement.stop(tab_id=tab.id, by=member.user, now=now)
            return Answer(status=OK, data=_shape(tab))

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


def _shape(tab: Tab) -> dict[str, Any]:
    row = card_on_file.find_settlement(tab)
    if row is None:
        return {"state": "none", "why": None, "charge_at": None, "told": None, "card_last4": None}
    return {
        "state": row.state,
        "why": row.why or None,
        "charge_at": moment(row.charge_at),
        "told": money(row.told) if row.told_minor else None,
        "card_last4": row.consent.card_last4,
    }
