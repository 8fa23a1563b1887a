"""Shapes of payments' part of the API: what goes in, and what the schema says comes out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from config.kernel.api.fields import Input, MoneyInput, MoneyOutput, StrictId, StrictText
from payments.models import Refund
from payments.rules.refund_states import RefundOrigin, RefundState


class RefundFilters(Input):
    """The list of a payment's refunds takes none."""


class RefundInput(Input):
    """What is to go back: an amount of the bill, or lines as a whole; and how much of the tip."""

    amount = MoneyInput(required=False)
    lines = serializers.ListField(child=StrictId(), required=False, max_length=200)
    tip = MoneyInput(required=False)
    reason = StrictText(max_length=200, help_text="The guest reads it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "amount" in attrs and attrs.get("lines"):
            raise serializers.ValidationError({"lines": [_("Give an amount or lines, not both.")]})
        return attrs


class RefundOutput(serializers.Serializer[Refund]):
    """`amount` went back of the bill, `tip` of the tip; the tab stays settled."""

    id = serializers.CharField()
    payment = serializers.CharField()
    tab = serializers.CharField()
    state = serializers.ChoiceField(
        choices=[state.value for state in RefundState],
        help_text="`requested` and `pending` may still fail, and so may `succeeded`, for a month.",
    )
    origin = serializers.ChoiceField(choices=[origin.value for origin in RefundOrigin])
    amount = MoneyOutput()
    tip = MoneyOutput()
    lines = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    failure = serializers.CharField()
    requested_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RefundPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = RefundOutput(many=True)
