"""Shapes of the tab API: what goes in, and what the schema says comes out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from config.front.api.promise_serializers import LinePromiseOutput
from config.kernel.api.fields import (
    Input,
    MoneyInput,
    MoneyOutput,
    StrictId,
    StrictInteger,
    StrictText,
)
from orders.rules.reductions import ReductionKind
from orders.rules.tab_states import TabStatus
from payments.rules.accounts import CounterMethod

MOST_LINES = 50
MOST_OF_ONE = 99
STATUSES = [status.value for status in TabStatus]


class TabFilters(Input):
    venue = serializers.SlugField(required=False)
    status = serializers.ChoiceField(choices=STATUSES, required=False)
    owing = serializers.ChoiceField(choices=["true"], required=False)
    overdue = serializers.ChoiceField(choices=["true"], required=False)
    token = serializers.CharField(required=False, max_length=24)
    customer = StrictId(required=False)
    opened_after = serializers.DateTimeField(required=False)


class GuestInput(Input):
    """Somebody on file by `id`, or somebody to find or put on file."""

    id = StrictId(required=False)
    name = StrictText(required=False, allow_blank=True, max_length=80, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    phone = StrictText(required=False, allow_blank=True, max_length=32, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id" in attrs and (attrs["name"] or attrs["email"] or attrs["phone"]):
            raise serializers.ValidationError(_("Give an id, or name, email and phone; not both."))
        return attrs


class TabInput(Input):
    venue = serializers.SlugField(required=False, help_text="May be left out with one venue.")
    label = StrictText(  # type: ignore[assignment]  # A field of ours has the name of one of DRF's.
        required=False, allow_blank=True, max_length=60, default=""
    )
    token = StrictText(required=False, max_length=24, default="")
    guests_count = StrictInteger(required=False, min_value=1, max_value=999, default=None)
    purchase_order = StrictText(required=False, allow_blank=True, max_length=40, default="")
    customer = GuestInput(required=False)


class PurchaseOrderInput(Input):
    purchase_order = StrictText(
        allow_blank=True, max_length=40, help_text="Empty where there is none."
    )


class LineInput(Input):
    item = StrictId()
    quantity = StrictInteger(min_value=1, max_value=MOST_OF_ONE, default=1)
    modifiers = serializers.ListField(child=StrictId(), default=list, max_length=MOST_LINES)
    note = StrictText(required=False, allow_blank=True, max_length=120, default="")


class LineChangeInput(Input):
    quantity = StrictInteger(required=False, min_value=1, max_value=MOST_OF_ONE)
    note = StrictText(required=False, allow_blank=True, max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError(_("Say what is to change: quantity or note."))
        return attrs


class LinesInput(serializers.ListSerializer[Any]):
    """Several lines at once; each complaint is told by its place in the list."""

    def __init__(self, data: Any) -> None:
        super().__init__(data=data, child=LineInput(), allow_empty=False, max_length=MOST_LINES)


class ReasonInput(Input):
    reason = StrictText(max_length=160)


class ClosureInput(Input):
    email = serializers.EmailField(required=False, help_text="Where the link to pay goes.")


class CounterPaymentInput(Input):
    method = serializers.ChoiceField(choices=[method.value for method in CounterMethod])
    amount = MoneyInput()
    tip = MoneyInput(required=False)


class ReceiptMailInput(Input):
    email = serializers.EmailField(
        required=False, allow_blank=True, default="", help_text="Where it has no address yet."
    )


class ReceiptMailOutput(serializers.Serializer[Any]):
    to = serializers.CharField(help_text="Where it goes, all but readable.")


class GuestOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class SumsOutput(serializers.Serializer[Any]):
    total = MoneyOutput()
    paid = MoneyOutput()
    reserved = MoneyOutput(help_text="On Stripe pages that are open now.")
    balance = MoneyOutput(help_text="Negative when too much was paid.")


class TotalsOutput(SumsOutput):
    subtotal = MoneyOutput()
    tax = MoneyOutput(help_text="Stands inside the total.")
    service_charge = MoneyOutput()
    rounding = MoneyOutput(help_text="What a merge or a split needs beside the lines.")


class TabOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField()
    venue = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    label = serializers.CharField()  # type: ignore[assignment]  # As in `TabInput`.
    token = serializers.CharField(allow_null=True)
    guest_name = serializers.CharField()
    guests_count = serializers.IntegerField(allow_null=True)
    purchase_order = serializers.CharField(help_text="Empty where there is none.")
    customer = GuestOutput(allow_null=True)
    totals = SumsOutput()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    merged_into = serializers.CharField(allow_null=True, help_text="The tab that has its lines.")
    guest_url = serializers.CharField(help_text="The guest's own page of this tab.")


class ChosenOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    price_delta = MoneyOutput()


class LineTaxOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    rate = serializers.CharField(help_text="In per cent, such as `13.5`.")


class TakenOffOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in ReductionKind])
    quantity = serializers.IntegerField(allow_null=True, help_text="Units on the house.")
    amount = MoneyOutput()
    reason = serializers.CharField()


class LineOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    item = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=["unsent", "sent", "served", "void"])
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput()
    amount = MoneyOutput(help_text="What it still costs: what was taken off is off.")
    off = MoneyOutput()
    moved = MoneyOutput(help_text="Split off to other tabs.")
    share_of = serializers.CharField(allow_null=True, help_text="The line this is a share of.")
    reductions = TakenOffOutput(many=True)
    modifiers = ChosenOutput(many=True)
    note = serializers.CharField()
    promise = LinePromiseOutput(
        allow_null=True, help_text="The wording it was sold under; null where nothing is promised."
    )
    tax = LineTaxOutput()
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    served_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    void_reason = serializers.CharField()


class ReversalOutput(serializers.Serializer[Any]):
    """A counter payment that does not count any more."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()


class GivenBackOutput(serializers.Serializer[Any]):
    """A refund of a card payment; `GET /refunds/{id}/` says more of it."""

    id = serializers.CharField()
    state = serializers.CharField()
    amount = MoneyOutput()
    tip = MoneyOutput()
    reason = serializers.CharField()
    requested_by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class PaymentOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    method = serializers.ChoiceField(choices=["card", *(method.value for method in CounterMethod)])
    amount = MoneyOutput()
    tip = MoneyOutput()
    at = serializers.DateTimeField()
    card_brand = serializers.CharField()
    card_last4 = serializers.CharField()
    recorded_by = serializers.CharField()
    receipt = serializers.CharField(allow_null=True)
    receipt_id = serializers.CharField(allow_null=True)
    reversal = ReversalOutput(allow_null=True)
    refunds = GivenBackOutput(many=True)


class EventOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="Null when no member of staff did it.")
    actor = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # As in `TabInput`.


class BillOutput(TabOutput):
    """A tab with everything on it and paid on it."""

    totals = TotalsOutput()  # The full sums, where the list has the short ones.
    lines = LineOutput(many=True)
    payments = PaymentOutput(many=True)


class FullBillOutput(BillOutput):
    """A bill, and what happened to the tab. It is read for itself; no change answers with it."""

    history = EventOutput(many=True)


class ClosedBillOutput(BillOutput):
    """A bill that was just closed."""

    payment_link = serializers.CharField(help_text="Opens the pay page. Told to this caller only.")


class TabPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = TabOutput(many=True)
