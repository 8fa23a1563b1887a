"""What staff choose when a tab is handed over, merged or split."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.front.pages.rearranging import FEWEST, MOST, Merging
from config.front.web.forms import RequestKey
from config.kernel.forms import MoneyField
from orders.models import Line, Membership, Tab
from orders.services.handing_over import HandOver
from payments.services.rearranging import Parts


class HandOverForm(RequestKey):
    """To a colleague, to another place, or both."""

    colleague = forms.ChoiceField(
        required=False, label=_("Who looks after it?"), widget=forms.RadioSelect
    )
    label = forms.CharField(
        max_length=60,
        required=False,
        label=_("Table or place"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, tab: Tab, colleagues: Sequence[Membership], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.tab, self.colleagues = tab, {str(each.pk): each for each in colleagues}
        field = self.fields["colleague"]
        assert isinstance(field, forms.ChoiceField)
        now_with = (tab.in_charge or tab.opened_by).get_short_name()
        stays = gettext("Stays with %(who)s") % {"who": now_with}
        people = [(key, each.user.get_short_name()) for key, each in self.colleagues.items()]
        field.choices = [("", stays), *people]

    @property
    def to(self) -> HandOver:
        chosen = self.colleagues.get(self.cleaned_data["colleague"])
        label: str = self.cleaned_data["label"]
        return HandOver(
            colleague=chosen.user if chosen else None,
            label=None if label == self.tab.label else label,
            request_key=self.once,
        )


class MergeForm(RequestKey):
    """Which tab joins this one. Its figures are shown again before anything moves."""

    other = forms.ChoiceField(label=_("Which tab joins this one?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, merging: Merging, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(each.tab.id), each.tab.title) for each in merging.candidates]


class How(StrEnum):
    EVENLY = "evenly"
    ITEMS = "items"
    AMOUNT = "amount"


class SplitForm(RequestKey):
    """Equal parts, whole lines, or an amount for a tab of its own."""

    how = forms.ChoiceField(
        label=_("How?"),
        choices=[
            (How.EVENLY, _("Evenly")),
            (How.ITEMS, _("By item")),
            (How.AMOUNT, _("By amount")),
        ],
    )
    ways = forms.IntegerField(
        min_value=FEWEST, max_value=MOST, required=False, label=_("How many ways?")
    )
    lines = forms.MultipleChoiceField(
        required=False,
        label=_("What goes on a tab of its own?"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, currency: str, lines: Sequence[Line], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["lines"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(line.id), line.name) for line in lines]
        self.fields["amount"] = MoneyField(
            currency=currency, label=_("How much goes on a tab of its own?"), required=False
        )
        self.fields["amount"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {How.EVENLY: "ways", How.ITEMS: "lines", How.AMOUNT: "amount"}
        name = needed.get(cleaned.get("how", ""))
        if name and not self.errors and not cleaned.get(name):
            said = {
                "ways": gettext("Say how many ways."),
                "lines": gettext("Tick at least one thing."),
                "amount": gettext("Say how much."),
            }
            self.add_error(name, said[name])
        return cleaned

    @property
    def parts(self) -> Parts:
        typed = self.cleaned_data
        if typed["how"] == How.EVENLY:
            return Parts(ways=typed["ways"], request_key=self.once)
        if typed["how"] == How.ITEMS:
            return Parts(groups=[[UUID(each) for each in typed["lines"]]], request_key=self.once)
        return Parts(amounts=[typed["amount"]], request_key=self.once)
