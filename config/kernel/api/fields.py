"""Input of the API, taken literally: no number in quotes, no unknown field, exact money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from config.kernel.money import MAX_MINOR, Money, step_of


class StrictInteger(serializers.IntegerField):
    """A JSON number without a fraction. `"1"`, `"٣"`, `1.0` and `true` are none."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(data)


class StrictText(serializers.CharField):
    """A JSON string; a number is not turned into one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictId(serializers.UUIDField):
    """An id as we gave it out: a string, not the number it could stand for."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Input(serializers.Serializer[Any]):
    """A body or a query in which every name must be known: nothing is ignored in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("There is no such field.")] for name in unknown}
                )
        return super().to_internal_value(data)


class MoneyInput(Input):
    """`{"minor": 720, "currency": "EUR"}`; cleans to `Money`."""

    default_error_messages = {
        "step": gettext_lazy("Amounts in {currency} are multiples of {step}."),
    }
    minor = StrictInteger(min_value=0, max_value=MAX_MINOR)
    currency = serializers.RegexField(r"^[A-Z]{3}$")

    def to_internal_value(self, data: Any) -> Money:
        fields = super().to_internal_value(data)
        amount = Money(fields["minor"], fields["currency"])
        step = step_of(amount.currency)
        if amount.minor % step:
            raise serializers.ValidationError(
                {"minor": [self.error_messages["step"].format(currency=amount.currency, step=step)]}
            )
        return amount


class MoneyOutput(serializers.Serializer[Any]):
    """An amount in minor units of its currency."""

    minor = serializers.IntegerField()
    currency = serializers.CharField(min_length=3, max_length=3)


def money(amount: Money) -> dict[str, Any]:
    """An amount as the API says it."""
    return {"minor": amount.minor, "currency": amount.currency}


def cleaned(serializer: serializers.BaseSerializer[Any]) -> Any:
    """What a serializer was given, once it is valid.

    :raises ValidationError: it is not.
    """
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
