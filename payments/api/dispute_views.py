"""Calls about disputes: until when the bank waits, and where the money is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.kernel.api.fields import Input, MoneyOutput, cleaned, money
from config.kernel.api.paging import Pages, filters_of
from config.kernel.api.schema import LIST_PARAMETERS, reads
from config.kernel.api.scope import members_of
from config.kernel.errors import gettext_noop
from orders.models import Membership
from orders.rules.roles import NotAllowed, Right
from payments.models import Dispute
from payments.rules.dispute_states import DisputeState

TAG = "Disputes"


class DisputeFilters(Input):
    """The list of disputes takes none."""


class DisputeOutput(serializers.Serializer[Dispute]):
    """`withheld` is what the bank has taken and not given back; once it is lost, it stays away."""

    id = serializers.CharField()
    payment = serializers.CharField()
    tab = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in DisputeState])
    reason = serializers.CharField(help_text="Stripe's word for it, such as `fraudulent`.")
    amount = MoneyOutput()
    withheld = MoneyOutput()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Evidence counts until then.")
    has_evidence = serializers.BooleanField(help_text="It was handed in, which happens once.")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class DisputePage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DisputeOutput(many=True)


class Disputes(APIView):
    """The disputes of every venue this caller answers for."""

    @reads(
        DisputePage,
        tag=TAG,
        name="list_disputes",
        summary="List disputed payments, the newest first",
        parameters=LIST_PARAMETERS,
    )
    def get(self, request: Request) -> Response:
        cleaned(DisputeFilters(data=filters_of(request.query_params)))
        pages = Pages(request, "-opened_at", "-id")
        found = pages.page(_within_reach(request))
        return Response(pages.envelope([_shown(dispute) for dispute in found]))


class OneDispute(APIView):
    """One dispute, as Stripe last told of it."""

    @reads(DisputeOutput, tag=TAG, name="get_dispute", summary="Look a dispute up")
    def get(self, request: Request, dispute_id: UUID) -> Response:
        found = _within_reach(request).filter(id=dispute_id).first()
        if found is None:
            raise NotFound
        return Response(_shown(found))


def _within_reach(request: Request) -> QuerySet[Dispute]:
    """:raises NotAllowed: whoever calls answers for no venue's money."""
    members: list[Membership] = list(members_of(request))
    places = [each.venue_id for each in members if each.may(Right.REVIEW_MONEY)]
    if members and not places:
        raise NotAllowed(gettext_noop("Your role does not allow this. Ask a manager."))
    return Dispute.objects.filter(tab__venue_id__in=places).prefetch_related("evidence")


def _shown(dispute: Dispute) -> dict[str, Any]:
    return {
        "id": str(dispute.id),
        "payment": str(dispute.payment_id),
        "tab": str(dispute.tab_id),
        "state": dispute.state,
        "reason": dispute.reason,
        "amount": money(dispute.amount),
        "withheld": money(dispute.withheld),
        "due_at": _moment(dispute.due_at),
        "has_evidence": any(not each.refused for each in dispute.evidence.all()),
        "opened_at": _moment(dispute.opened_at),
        "closed_at": _moment(dispute.closed_at),
    }


def _moment(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
