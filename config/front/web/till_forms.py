"""What staff type when they count the till."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.front.web.forms import RequestKey
from config.kernel.forms import MoneyField
from config.kernel.money import Money
from config.kernel.written_money import money_text
from payments.rules.pieces import pieces_of
from payments.services.till import LONGEST_NOTE, Count

MOST_PIECES = 9999


class TillCount(RequestKey):
    """How many of each note and coin, and the rest as a sum. `shown` stood on the button."""

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, is_first: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        self.pieces = pieces_of(currency)
        for piece in self.pieces:
            self.fields[_name(piece)] = _how_many(piece)
        label = _("Anything else") if self.pieces else _("In the till")
        self.fields["besides"] = _amount(
            currency, label=label, required=not self.pieces, allow_zero=True
        )
        if is_first:
            self.fields["opening"] = _amount(
                currency, label=_("In the till when the shift began"), allow_zero=True
            )
        self.fields["left"] = _amount(
            currency,
            label=_("Stays in the till"),
            allow_zero=True,
            help_text=_("The float the next shift begins with; the rest goes to the bank or safe."),
        )
        self.fields["note"] = forms.CharField(
            max_length=LONGEST_NOTE, required=False, label=_("Anything to say about it?")
        )

    @property
    def piece_fields(self) -> list[forms.BoundField]:
        return [self[_name(piece)] for piece in self.pieces]

    @property
    def count(self) -> Count:
        """What was typed, once it is valid."""
        typed, nothing = self.cleaned_data, Money.zero(self.currency)
        return Count(
            pieces={piece.minor: typed[_name(piece)] or 0 for piece in self.pieces},
            besides=typed["besides"] or nothing,
            left=typed["left"],
            opening=typed.get("opening"),
            note=typed["note"],
        )


def _name(piece: Money) -> str:
    return f"piece-{piece.minor}"


def _how_many(piece: Money) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        min_value=0, max_value=MOST_PIECES, required=False, label=money_text(piece), widget=widget
    )


def _amount(currency: str, **options: Any) -> MoneyField:
    field = MoneyField(currency=currency, **options)
    field.widget.attrs["autocomplete"] = "off"
    return field
