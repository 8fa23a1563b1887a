"""What a guest types to get to a tab, and where its link should go."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.rules.token_codes import read_code

LONGEST_CODE: Final = 12


class ShareCode(forms.Form):
    code = forms.CharField(max_length=LONGEST_CODE)


class FindTab(forms.Form):
    """The word and the number on a card; the place, where the address does not say it."""

    venue = forms.CharField(label=_("The place"), max_length=80)
    word = forms.CharField(
        label=_("Word"),
        max_length=17,
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=4,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, asks_place: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not asks_place:
            del self.fields["venue"]

    @property
    def code(self) -> str:
        """The word and the number, also where somebody typed both beside the word."""
        word: str = self.cleaned_data["word"]
        return word if read_code(word) else f"{word} {self.cleaned_data['number']}"


class GuestEmail(forms.Form):
    email = forms.CharField(
        label=_("Your email"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
