"""The call by which staff give a guest more time to pay."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api import serializers as shapes_in
from config.front.api.views import OK, TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import Input, StrictText, cleaned
from config.kernel.api.schema import writes
from config.kernel.idempotency import Answer
from orders.rules.roles import Role
from orders.services import repeats
from payments.services import extending


class ExtensionInput(Input):
    """The day agreed on, in the venue's own calendar."""

    until = serializers.DateField()
    reason = StrictText(
        required=False, allow_blank=True, default="", max_length=extending.LONGEST_REASON
    )


class Extensions(APIView):
    """More time to pay."""

    @writes(
        shapes_in.BillOutput,
        tag=TAG,
        name="extend_tab",
        summary="Agree on a later pay-by date; managers may go further than staff",
        request=ExtensionInput,
        refusals=["not_owing", "no_more_time"],
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        wanted = cleaned(ExtensionInput(data=request.data))
        now = clock.now()

        def work() -> Answer:
            extending.extend(
                tab_id=tab.id, by=member.user, role=Role(member.role), now=now, **wanted
            )
            return Answer(status=OK, data=reading.show_tab(request, tab.id, now=now))

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))
