"""What staff correct about a guest on file, and which of two entries a manager keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.rules.time_zones import list_places
from orders.services.customers import LONGEST_NAME, LONGEST_NOTE


class CustomerForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    email = forms.CharField(
        max_length=254,
        required=False,
        label=_("Email"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    phone = forms.CharField(
        max_length=32,
        required=False,
        label=_("Phone"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    time_zone = forms.ChoiceField(
        choices=lambda: [("", _("as the venue")), *((name, name) for name in list_places())],
        required=False,
        label=_("Time zone"),
    )


class MergeForm(forms.Form):
    """Two entries of one person; `keep` is the one that stays."""

    other = forms.UUIDField()
    keep = forms.UUIDField()
