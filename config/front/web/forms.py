"""What staff type, read and checked for its shape. Whether it may be done, services say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError
from config.kernel.forms import MoneyField
from config.kernel.http import translated
from config.kernel.tokens import digest
from orders.services.ringing_up import LONGEST_NOTE, MOST_OF_ONE
from payments.rules.accounts import CounterMethod

# Where a refusal is shown, when the form has that field; everything else stands above the fields.
FIELDS: Final[Mapping[str, str]] = {
    "token_unknown": "card",
    "token_lost": "card",
    "token_in_use": "card",
    "email_unclear": "email",
    "address_taken": "email",
    "no_address": "email",
    "day_out_of_bounds": "until",
    "phone_unclear": "phone",
    "guests_count_unclear": "guests_count",
    "reason_missing": "reason",
    "too_little_received": "received",
    "already_here": "email",
    "already_invited": "email",
    "key_unnamed": "name",
    "stripe_key_unclear": "api_key",
    "stripe_key_refused": "api_key",
    "leaves_more_than_counted": "left",
    "opening_unknown": "opening",
    "nothing_to_reduce": "line",
    "reduction_too_large": "amount",
    "above_gift_limit": "",
    "reduction_unclear": "",
    "not_together": "other",
    "nothing_handed_over": "",
    "colleague_unknown": "colleague",
    "split_unclear": "",
    "part_too_small": "",
    "nothing_left": "",
    "line_taken": "lines",
}
OTHER_CARD: Final = "other"
NO_CARD: Final = ""
SOMETHING_ELSE: Final = "else"
VOID_REASONS: Final = (
    ("wrong", _("Made wrong"), _("We made a mistake")),
    ("mind", _("Changed their mind"), _("Before it was made")),
    ("mistake", _("Rung in by mistake"), _("It was never ordered")),
    (SOMETHING_ELSE, _("Something else"), _("Add a few words below")),
)


def refuse(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal in the form, beside the field it is about."""
    field = FIELDS.get(refusal.code, "")
    form.add_error(field if field in form.fields else None, translated(refusal))


class RequestKey(forms.Form):
    """A form that counts once, however often it arrives."""

    request_key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    @property
    def once(self) -> str | None:
        key: str = self.cleaned_data["request_key"]
        return key or None


class CardForm(forms.Form):
    """Which card: one of those on top of the stack, another one by its code, or none."""

    token = forms.CharField(max_length=20, required=False)
    card = forms.CharField(
        max_length=20,
        required=False,
        label=_("Another card’s code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    @property
    def code(self) -> str:
        """What was typed goes before what was tapped."""
        typed: str = self.cleaned_data["card"]
        tapped: str = self.cleaned_data["token"]
        return typed or (NO_CARD if tapped == OTHER_CARD else tapped)


class Place(forms.Form):
    label = forms.CharField(
        max_length=60,
        required=False,
        label=_("Table or place"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guests_count = forms.IntegerField(
        min_value=1, max_value=999, required=False, label=_("How many guests")
    )


class Guest(forms.Form):
    name = forms.CharField(
        max_length=80,
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.CharField(
        max_length=254,
        required=False,
        label=_("Email for the payment link"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )


class PurchaseOrder(forms.Form):
    purchase_order = forms.CharField(
        max_length=40,
        required=False,
        label=_("Purchase order number"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OpenTab(CardForm, Place, Guest, PurchaseOrder, RequestKey):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].widget.attrs["list"] = "on-file"


class GuestDetails(Guest):
    phone = forms.CharField(
        max_length=20,
        required=False,
        label=_("Phone"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )


class AddLine(RequestKey):
    """An item from the menu; its choices come in one field for each group of them."""

    item = forms.UUIDField()
    quantity = forms.IntegerField(min_value=1, max_value=MOST_OF_ONE, required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        assert isinstance(self.data, QueryDict)
        try:
            cleaned["modifier_ids"] = [
                UUID(value)
                for name in self.data
                if name.startswith("group-")
                for value in self.data.getlist(name)
                if value
            ]
        except ValueError as error:
            raise forms.ValidationError(gettext("That choice is not on the menu.")) from error
        return cleaned

    @property
    def key(self) -> str | None:
        """Two items tapped before the page was fresh again are two lines, not one."""
        return digest(f"{self.once}-{self.cleaned_data['item'].hex}") if self.once else None


class ChangeLine(forms.Form):
    quantity = forms.IntegerField(
        min_value=1, max_value=MOST_OF_ONE, required=False, label=_("How many")
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=_("Note for the bar"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class VoidLine(forms.Form):
    why = forms.ChoiceField(
        choices=[(key, name) for key, name, _hint in VOID_REASONS], label=_("Why?")
    )
    reason = forms.CharField(max_length=120, required=False, label=_("Anything to add?"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("why") == SOMETHING_ELSE and not cleaned.get("reason"):
            self.add_error("reason", gettext("Say why; the guest can read it too."))
        return cleaned

    @property
    def sentence(self) -> str:
        """The reason as it will stand on the bill."""
        names = {key: str(name) for key, name, _hint in VOID_REASONS if key != SOMETHING_ELSE}
        parts: Sequence[str] = (
            names.get(self.cleaned_data["why"], ""),
            self.cleaned_data["reason"],
        )
        return ": ".join(filter(None, parts))


class Address(forms.Form):
    """Where the link goes. `then` says what comes next when a tab is closed."""

    then = forms.ChoiceField(
        choices=[(each, each) for each in ("link", "show", "counter")], required=False
    )
    email = forms.CharField(
        max_length=254,
        required=False,
        label=_("Email"),
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "inputmode": "email", "autofocus": True}
        ),
    )


class Reason(forms.Form):
    reason = forms.CharField(
        max_length=160,
        label=_("Why?"),
        error_messages={"required": _("Say why; the guest can read it too.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class CounterPaymentForm(RequestKey):
    """Money taken at the counter. `shown` is the amount on the button that was pressed."""

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, is_cash: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        label = _("Cash handed over") if is_cash else _("Amount taken")
        self.fields["received"] = MoneyField(currency=currency, label=label)
        self.fields["received"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["tip"] = MoneyField(
            currency=currency, label=_("Of that, tip"), required=False, allow_zero=True
        )
        if not is_cash:
            self.fields["method"] = forms.ChoiceField(label=_("How"), choices=COUNTER_METHODS)


COUNTER_METHODS: Final = (
    (CounterMethod.CARD_TERMINAL, _("Card terminal")),
    (CounterMethod.BANK_TRANSFER, _("Bank transfer")),
    (CounterMethod.OTHER, _("Other")),
)
