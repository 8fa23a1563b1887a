"""Shapes of calls that take something off a bill, or move it between tabs and people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from config.front.api.serializers import BillOutput, ReasonInput
from config.kernel.api.fields import Input, MoneyInput, StrictId, StrictInteger, StrictText


class CompInput(ReasonInput):
    line = StrictId()
    quantity = StrictInteger(
        required=False, min_value=1, max_value=999, default=None, help_text="All of it without."
    )


class DiscountInput(ReasonInput):
    """An amount or per cent, off one line or, without `line`, off everything on the tab."""

    line = StrictId(required=False, default=None)
    percent = serializers.DecimalField(
        required=False, max_digits=5, decimal_places=2, default=None, help_text="Such as `12.5`."
    )
    amount = MoneyInput(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["percent"] is None) == ("amount" not in attrs):
            raise serializers.ValidationError(_("Give either percent or amount."))
        return attrs


class TransferInput(Input):
    """Where a tab goes: to a colleague, a place, a guest on file; at least one of them."""

    colleague = serializers.EmailField(required=False, help_text="How they sign in.")
    label = StrictText(  # type: ignore[assignment]  # As in `TabInput`.
        required=False, allow_blank=True, max_length=60
    )
    customer = StrictId(required=False)


class MergingInput(Input):
    tab = StrictId(help_text="The tab that joins this one.")


class SplitInput(Input):
    """Exactly one way. The tab keeps the first part, and with amounts or lines the rest."""

    ways = StrictInteger(required=False, min_value=2, max_value=20)
    weights = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=1000), required=False, max_length=20
    )
    amounts = serializers.ListField(child=MoneyInput(), required=False, max_length=19)
    lines = serializers.ListField(
        child=serializers.ListField(child=StrictId(), max_length=500),
        required=False,
        max_length=19,
        help_text="Groups of lines; each becomes a tab of its own.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give one of ways, weights, amounts and lines."))
        return attrs


class SplitBillOutput(BillOutput):
    """A bill that was just split."""

    parts = serializers.ListField(
        child=serializers.CharField(), help_text="The new tabs, in the order asked for."
    )
    rearrangement = serializers.CharField(help_text="What to undo it by.")


class RearrangedBillOutput(BillOutput):
    """A bill that was just merged or handed over."""

    rearrangement = serializers.CharField(help_text="What to undo it by.")
