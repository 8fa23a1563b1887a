"""Shapes of what a service promises, and of the guest's yes to it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from config.kernel.api.fields import Input, StrictText
from orders.rules.promises import AcknowledgementWay


class AcknowledgementInput(Input):
    """The guest's yes on a screen of the caller's, or why the service starts without one."""

    way = serializers.ChoiceField(
        choices=[AcknowledgementWay.STAFF_SCREEN.value, AcknowledgementWay.WAIVED.value]
    )
    digest = StrictText(
        required=False, max_length=64, default="", help_text="Of the wording the guest has read."
    )
    name = StrictText(required=False, allow_blank=True, max_length=80, default="")
    reason = StrictText(required=False, allow_blank=True, max_length=160, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = {
            AcknowledgementWay.STAFF_SCREEN: ("digest", "name"),
            AcknowledgementWay.WAIVED: ("reason",),
        }
        missing = [name for name in needed[attrs["way"]] if not attrs[name]]
        if missing:
            raise serializers.ValidationError({name: [_("Required.")] for name in missing})
        return attrs


class LineAcknowledgementOutput(serializers.Serializer[Any]):
    way = serializers.ChoiceField(choices=[way.value for way in AcknowledgementWay])
    name = serializers.CharField(help_text="As the guest typed it; empty where it was waived.")
    reason = serializers.CharField(help_text="Why it was waived; else empty.")
    at = serializers.DateTimeField()


class LinePromiseOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    digest = serializers.CharField()
    duration = serializers.IntegerField(allow_null=True, help_text="In minutes.")
    expected_result = serializers.CharField()
    limits = serializers.CharField()
    is_waiting = serializers.BooleanField(help_text="It cannot start before it is acknowledged.")
    acknowledgement = LineAcknowledgementOutput(allow_null=True)
