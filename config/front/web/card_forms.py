"""What staff say about token cards: which to print on what, and which new ones to make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.front.pages.cards import Wanted
from config.front.paper.cards import PER_SHEET, Ink, SheetPaper
from orders.services.tokens import LAST_NUMBER, MOST_CARDS

BETWEEN_WORDS: Final = re.compile(r"[\s,;]+")


class SheetForm(forms.Form):
    """In the address of the page, so that a sheet can be found again. Nothing said is all cards."""

    paper = forms.ChoiceField(
        choices=[(SheetPaper.A4, _("A4")), (SheetPaper.LETTER, _("US Letter"))], required=False
    )
    ink = forms.ChoiceField(choices=[(ink, ink) for ink in Ink], required=False)
    word = forms.ChoiceField(label=_("Word"), required=False)
    first = forms.IntegerField(
        label=_("From number"), min_value=1, max_value=LAST_NUMBER, required=False
    )
    last = forms.IntegerField(
        label=_("To number"), min_value=1, max_value=LAST_NUMBER, required=False
    )

    def __init__(self, *args: Any, words: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["word"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("All words")), *((word, word) for word in words)]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first is not None and last is not None and first > last:
            self.add_error("last", gettext("The second number must not be below the first."))
        return said

    # What was not understood counts as not said; the field beside it says so.
    @property
    def sheet_paper(self) -> SheetPaper:
        return SheetPaper(self.cleaned_data.get("paper") or SheetPaper.A4)

    @property
    def sheet_ink(self) -> Ink:
        return Ink(self.cleaned_data.get("ink") or Ink.COLOUR)

    @property
    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(word=said.get("word", ""), first=said.get("first"), last=said.get("last"))

    @property
    def query(self) -> str:
        """The same wishes as part of an address, ending so that more can follow."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return f"{urlencode(said)}&" if said else ""


class NewCards(forms.Form):
    words = forms.CharField(
        label=_("Words"),
        max_length=200,
        help_text=_("One or several, such as MINT, PLUM, HONEY. They take turns."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_CARDS,
        initial=2 * PER_SHEET,
        help_text=_("Ten fill a sheet. Numbers go on after the last card."),
    )

    @property
    def words_said(self) -> list[str]:
        return [word for word in BETWEEN_WORDS.split(self.cleaned_data["words"]) if word]
