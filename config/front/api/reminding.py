"""The call that reminds a tab's guest now."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api import reading
from config.front.api.views import TAG
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import Input, cleaned
from config.kernel.api.schema import writes
from config.kernel.idempotency import Answer
from orders.services import repeats
from payments.services import reminder_choices

ACCEPTED: Final = 202


class ReminderInput(Input):
    """Nothing: the schedule knows what comes next."""


class ReminderOutput(serializers.Serializer[Any]):
    """A reminder that stands in the outbox."""

    id = serializers.UUIDField()
    to = serializers.EmailField()
    subject = serializers.CharField()


class Reminders(APIView):
    """Reminders of a tab."""

    @writes(
        ReminderOutput,
        tag=TAG,
        name="remind",
        summary="Remind the guest now: the next reminder on the schedule, or one more after it",
        request=ReminderInput,
        status=ACCEPTED,
        refusals=["not_owing", "no_address", "reminders_stopped", "too_soon_to_remind"],
    )
    def post(self, request: Request, tab_id: UUID) -> Response:
        member, tab = reading.find_tab(request, tab_id)
        cleaned(ReminderInput(data=request.data))
        now = clock.now()

        def work() -> Answer:
            mail = reminder_choices.remind_now(tab_id=tab.id, by=member.user, now=now)
            data = {"id": str(mail.id), "to": mail.to, "subject": mail.subject}
            return Answer(status=ACCEPTED, data=data)

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))
