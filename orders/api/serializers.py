"""Shapes of orders' part of the API: what goes in, and what the schema says comes out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from config.kernel.api.fields import Input, MoneyOutput, StrictText
from orders.models import CatalogueItem, Customer, TermsVersion, Venue
from orders.rules.terms import VenueKind


class VenueFilters(Input):
    """The list of venues takes none."""


class CatalogueFilters(Input):
    venue = serializers.SlugField(required=False)
    available = serializers.ChoiceField(choices=["true", "false"], required=False)


class CustomerFilters(Input):
    venue = serializers.SlugField(required=False)
    email = serializers.EmailField(required=False)
    phone = serializers.CharField(required=False, max_length=32)
    q = serializers.CharField(required=False, max_length=100)


class CustomerInput(Input):
    """A guest to put on file; an address or a number is what they are found again by."""

    venue = serializers.SlugField(required=False)
    name = StrictText(required=False, allow_blank=True, max_length=80, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    phone = StrictText(required=False, allow_blank=True, max_length=32, default="")


class TermsOutput(serializers.Serializer[TermsVersion]):
    version = serializers.IntegerField()
    days_to_pay = serializers.IntegerField()
    new_guest_limit = MoneyOutput()
    regular_limit = MoneyOutput()
    auto_settles = serializers.BooleanField(
        help_text="Whether guests may leave a card that is charged on the pay-by date."
    )
    notice_hours = serializers.IntegerField(help_text="How long before that they are told.")


class VenueOutput(serializers.Serializer[Venue]):
    id = serializers.CharField()
    name = serializers.CharField()
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in VenueKind])
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    role = serializers.CharField(help_text="The caller's role there.")
    terms = TermsOutput()


class ModifierOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    price_delta = MoneyOutput()
    is_default = serializers.BooleanField()
    is_available = serializers.BooleanField()


class ModifierGroupOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    min_choices = serializers.IntegerField()
    max_choices = serializers.IntegerField()
    choices = ModifierOutput(many=True)


class TaxRateOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    rate = serializers.CharField(help_text="In per cent, such as `13.5`.")


class PromiseOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the wording that a guest agrees to.")


class ItemOutput(serializers.Serializer[CatalogueItem]):
    id = serializers.CharField()
    venue = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField()
    price = MoneyOutput()
    tax_rate = TaxRateOutput(allow_null=True)
    modifiers = ModifierGroupOutput(many=True)
    is_available = serializers.BooleanField()
    photo = serializers.CharField(allow_null=True, help_text="The address of a WebP image.")
    duration = serializers.IntegerField(allow_null=True, help_text="In minutes.")
    expected_result = serializers.CharField()
    limits = serializers.CharField()
    promise = PromiseOutput(allow_null=True, help_text="Null where there is nothing to agree to.")


class StandingOutput(serializers.Serializer[Any]):
    is_regular = serializers.BooleanField(help_text="Has settled a tab here before.")
    limit = MoneyOutput()


class CustomerOutput(serializers.Serializer[Customer]):
    id = serializers.CharField()
    venue = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    standing = StandingOutput()


class VenuePage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = VenueOutput(many=True)


class CataloguePage(VenuePage):
    results = ItemOutput(many=True)  # type: ignore[assignment]  # Another page of another thing.


class CustomerPage(VenuePage):
    results = CustomerOutput(many=True)  # type: ignore[assignment]  # Another page of another thing.
