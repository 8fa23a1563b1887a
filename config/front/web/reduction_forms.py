"""What staff choose when they give something away: which line, how much, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.front.web.forms import SOMETHING_ELSE, RequestKey
from config.kernel.forms import MoneyField
from orders.models import Line
from orders.rules.reductions import ReductionKind
from orders.services.reductions import Wanted

WHOLE_TAB: Final = ""
COMP_REASONS: Final[Mapping[str, Promise]] = {
    "wait": _("The wait was long"),
    "wrong": _("Not right first time"),
    "regular": _("A regular, a kindness"),
    SOMETHING_ELSE: _("Something else"),
}
DISCOUNT_REASONS: Final[Mapping[str, Promise]] = {
    "offer": _("An offer of ours"),
    "staff": _("Family and colleagues"),
    "sorry": _("To make up for something"),
    SOMETHING_ELSE: _("Something else"),
}


class _Giving(RequestKey):
    """A reason from a short list, in own words, or both."""

    line = forms.ChoiceField(
        required=False, label=_("Which line?"), widget=forms.RadioSelect, choices=()
    )
    why = forms.ChoiceField(label=_("Why?"), choices=())
    reason = forms.CharField(
        max_length=120,
        required=False,
        label=_("Anything to add?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[Line],
        reasons: Mapping[str, Promise],
        whole: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        every = [(WHOLE_TAB, gettext("The whole tab"))] if whole else []
        named = [(str(line.id), line.name) for line in lines]
        self.reasons = reasons
        self.field("line").choices = [*every, *named]
        self.field("line").required = not whole
        self.field("why").choices = list(reasons.items())

    def field(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("why") == SOMETHING_ELSE and not cleaned.get("reason"):
            self.add_error("reason", gettext("Say why; the guest can read it too."))
        return cleaned

    @property
    def line_id(self) -> UUID | None:
        chosen: str = self.cleaned_data["line"]
        return UUID(chosen) if chosen else None

    @property
    def sentence(self) -> str:
        """The reason as it will stand on the bill."""
        why: str = self.cleaned_data["why"]
        named = "" if why == SOMETHING_ELSE else str(self.reasons[why])
        return ": ".join(filter(None, (named, self.cleaned_data["reason"])))


class CompForm(_Giving):
    """One line on the house, or so many of it."""

    def __init__(self, *args: Any, lines: Sequence[Line], **options: Any) -> None:
        super().__init__(*args, lines=lines, reasons=COMP_REASONS, whole=False, **options)
        most = max((line.units_left for line in lines), default=1)
        self.fields["quantity"] = forms.IntegerField(
            min_value=1,
            max_value=most,
            required=False,
            label=_("How many of it"),
            help_text=_("Left empty: all of them."),
        )
        self.asks_how_many = most > 1

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            kind=ReductionKind.COMP,
            reason=self.sentence,
            line_id=self.line_id,
            quantity=self.cleaned_data["quantity"],
            request_key=self.once,
        )


class DiscountForm(_Giving):
    """An amount or per cent off one line or the whole tab."""

    percent = forms.DecimalField(
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        label=_("Per cent"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, lines: Sequence[Line], currency: str, **options: Any) -> None:
        super().__init__(*args, lines=lines, reasons=DISCOUNT_REASONS, whole=True, **options)
        self.fields["amount"] = MoneyField(
            currency=currency, label=_("Or an amount"), required=False
        )
        self.fields["amount"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        given = [name for name in ("percent", "amount") if cleaned.get(name) is not None]
        if not self.errors and len(given) != 1:
            self.add_error("percent", gettext("Give either per cent or an amount."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            kind=ReductionKind.DISCOUNT,
            reason=self.sentence,
            line_id=self.line_id,
            percent=self.cleaned_data["percent"],
            amount=self.cleaned_data["amount"],
            request_key=self.once,
        )
