"""Calls about the evidence on a dispute: everything that is known, and handing it in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.front.api.views import OK
from config.front.pages import case, disputes, evidence
from config.front.pages.evidence import Pack
from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import Input, MoneyOutput, StrictText, cleaned
from config.kernel.api.schema import reads, writes
from config.kernel.api.scope import members_of
from config.kernel.errors import gettext_noop
from config.kernel.idempotency import Answer
from orders.models import Membership
from orders.rules.roles import NotAllowed, Right, Role
from orders.services import repeats
from orders.services.repeats import Claim
from payments.models import DisputeEvidence
from payments.rules.evidence import LONGEST, Texts
from payments.services import evidence as answering

TAG = "Disputes"
ACCEPTED = 202
NAMES = tuple(Texts().as_dict())


class EntryOutput(serializers.Serializer[Any]):
    """One fact. `at` and `amount` are there where it has them."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            "label": serializers.CharField(),
            "text": serializers.CharField(),
            "at": serializers.DateTimeField(required=False),
            "amount": MoneyOutput(required=False),
        }


class SectionOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    entries = EntryOutput(many=True)


class CaseOutput(serializers.Serializer[Any]):
    """The texts a bank reads."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: serializers.CharField() for name in NAMES}


class PackOutput(serializers.Serializer[Any]):
    """Everything that speaks for the payment, and the texts drafted from it."""

    dispute = serializers.CharField(help_text="Stripe's name for it.")
    venue = serializers.CharField()
    tab = serializers.IntegerField(help_text="Its number.")
    sections = SectionOutput(many=True)
    texts = CaseOutput()


class TextsInput(Input):
    """What the bank is to read. A text that is left out is handed in as drafted."""

    def get_fields(self) -> dict[str, Any]:
        return {
            name: StrictText(required=False, allow_blank=True, max_length=LONGEST) for name in NAMES
        }


class HandedInOutput(serializers.Serializer[Any]):
    """`state` is `under_way` while Stripe has not confirmed; nobody need send it again."""

    state = serializers.ChoiceField(choices=["arrived", "under_way"])
    submitted_at = serializers.DateTimeField()
    texts = CaseOutput(help_text="As they were handed in, which happens once.")


class Evidence(APIView):
    """What is known about one disputed payment, and what the bank gets of it."""

    @reads(PackOutput, tag=TAG, name="get_evidence", summary="Everything that is known, as facts")
    def get(self, request: Request, dispute_id: UUID) -> Response:
        _member, pack = _find(request, dispute_id)
        return Response(pack.as_json() | {"texts": case.draft(pack).as_dict()})

    @writes(
        HandedInOutput,
        tag=TAG,
        name="submit_evidence",
        summary="Hand the evidence in, once and for good; needs an Idempotency-Key",
        request=TextsInput,
        refusals=("dispute_closed", "evidence_too_late", "evidence_refused"),
    )
    def post(self, request: Request, dispute_id: UUID) -> Response:
        member, pack = _find(request, dispute_id)
        said = cleaned(TextsInput(data=request.data))
        texts = Texts(**(case.draft(pack).as_dict() | said))
        now = clock.now()

        def work(_claim: Claim) -> Answer:
            handed = answering.submit(
                dispute_id=dispute_id,
                by=member.user,
                role=Role(member.role),
                texts=texts,
                pack=pack.as_json(),
                now=now,
            )
            status = ACCEPTED if handed.is_under_way else OK
            return Answer(status=status, data=_shown(handed))

        call = repeats.call_of(member, keys.asked(request, required=True))
        return keys.respond(repeats.run_claimed(call=call, work=work, now=now))


def _find(request: Request, dispute_id: UUID) -> tuple[Membership, Pack]:
    """:raises NotAllowed: whoever calls answers for no venue's money."""
    members: list[Membership] = list(members_of(request))
    reviewing = [each for each in members if each.may(Right.REVIEW_MONEY)]
    if members and not reviewing:
        raise NotAllowed(gettext_noop("Your role does not allow this. Ask a manager."))
    for member in reviewing:
        found = disputes.find(venue=member.venue, dispute_id=dispute_id)
        if found is not None:
            return member, evidence.get_pack(found)
    raise NotFound


def _shown(handed: DisputeEvidence) -> dict[str, Any]:
    at = handed.submitted_at.isoformat().replace("+00:00", "Z")
    return {
        "state": "under_way" if handed.is_under_way else "arrived",
        "submitted_at": at,
        "texts": Texts().as_dict() | handed.texts,
    }
