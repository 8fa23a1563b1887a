"""What managers type about their menu, read and checked for its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError
from config.kernel.forms import MoneyField
from config.kernel.http import translated
from config.kernel.money import Money
from orders.models import Category, Modifier, ModifierGroup, TaxRate, Venue
from orders.rules.catalogue_cells import LONGEST_DAY, LONGEST_NAME, LONGEST_TEXT
from orders.services.catalogue import ItemDetails
from orders.services.catalogue_editing import MOST_CHOICES, EditedChoice

# Where a refusal is shown, when the form has that field; everything else stands above the fields.
FIELDS: Final[Mapping[str, str]] = {
    "name_missing": "name",
    "name_taken": "name",
    "price_unclear": "price",
    "choices_impossible": "most",
    "file_unreadable": "file",
}
BLANK_CHOICES: Final = 4
MINUS: Final = "\u2212"


def refuse(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal in the form, beside the field it is about."""
    field = FIELDS.get(refusal.code, "")
    form.add_error(field if field in form.fields else None, translated(refusal))


class SectionForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label=_("Name of the section"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ItemForm(forms.Form):
    """Everything about an item. Its choices are this venue's, so nothing else can be slipped in."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Section"), empty_label=None)
    tax = forms.ModelChoiceField(
        TaxRate.objects.none(), label=_("Tax"), required=False, empty_label=_("No tax")
    )
    groups = forms.ModelMultipleChoiceField(
        ModifierGroup.objects.none(),
        label=_("Choices that go with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    duration_minutes = forms.IntegerField(
        min_value=1, max_value=LONGEST_DAY, required=False, label=_("How long it takes, in minutes")
    )
    expected_result = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        label=_("What to expect"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    limits = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        label=_("What it can’t do"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"] = MoneyField(
            currency=venue.currency, allow_zero=True, label=_("Price")
        )
        self.fields["price"].widget.attrs["autocomplete"] = "off"
        choices: dict[str, Any] = {
            "category": venue.categories.order_by("position", "pk"),
            "tax": venue.tax_rates.order_by("name", "rate"),
            "groups": venue.modifier_groups.order_by("position", "name"),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.order_fields(["name", "price", "category", "tax", "groups"])

    @property
    def details(self) -> ItemDetails:
        typed = dict(self.cleaned_data)
        return ItemDetails(tax_rate=typed.pop("tax"), groups=list(typed.pop("groups")), **typed)


class DifferenceField(MoneyField):
    """What a choice adds to a price, or takes off it."""

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip().replace(MINUS, "-")
        amount = super().clean(text.removeprefix("-").removeprefix("+"))
        if amount is None:
            return Money.zero(self.currency)
        return -amount if text.startswith("-") else amount


class GroupForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label=_("Name"),
        help_text=_("What is asked: Size, Milk, Extras."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    least = forms.IntegerField(
        min_value=0,
        max_value=MOST_CHOICES,
        label=_("Choose at least"),
        help_text=_("0: nobody has to choose."),
    )
    most = forms.IntegerField(min_value=1, max_value=MOST_CHOICES, label=_("Choose at most"))


class ChoiceForm(forms.Form):
    """One choice; a row without a name is none."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        max_length=60,
        required=False,
        label=_("Choice"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_default = forms.BooleanField(required=False, label=_("Chosen beforehand"))
    is_available = forms.BooleanField(required=False, initial=True, label=_("To be had today"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delta"] = DifferenceField(
            currency=currency, required=False, allow_zero=True, label=_("Adds")
        )
        # A minus is on no number pad of a telephone.
        self.fields["delta"].widget.attrs["inputmode"] = "text"

    @property
    def choice(self) -> EditedChoice | None:
        typed = dict(self.cleaned_data)
        if not typed.get("name"):
            return None
        return EditedChoice(modifier_id=typed.pop("id"), **typed)


ChoiceFormSet = forms.formset_factory(
    ChoiceForm, extra=BLANK_CHOICES, max_num=MOST_CHOICES, absolute_max=MOST_CHOICES + BLANK_CHOICES
)


def initial_choice(modifier: Modifier, currency: str) -> dict[str, Any]:
    """A choice as its row of the form shows it."""
    return {
        "id": modifier.id,
        "name": modifier.name,
        "delta": Money(modifier.price_delta_minor, currency),
        "is_default": modifier.is_default,
        "is_available": modifier.is_available,
    }


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,
        help_text=_("From Square (Items, Export library, CSV) or a plain table. Up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv", "class": "input"}),
    )
