"""What a manager says to a bank: the drafted texts, theirs to change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.rules.evidence import LONGEST, Texts


def _text(label: Any, *, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class EvidenceForm(forms.Form):
    statement = _text(_("What happened"), rows=7)
    product = _text(_("What was sold"), rows=4)
    activity = _text(_("What was recorded, with times"), rows=8)
    refusal = _text(_("Why no refund is due"), rows=3)
    policy = _text(_("What the guest was told beforehand"), rows=3)
    duplicate = _text(
        _("Why it is no double payment"), rows=3, hint=_("Only if they say they paid twice.")
    )
    customer_name = forms.CharField(label=_("Guest’s name"), required=False, max_length=200)
    customer_email = forms.EmailField(label=_("Guest’s email"), required=False)
    service_date = forms.CharField(label=_("Day of service"), required=False, max_length=60)

    @property
    def texts(self) -> Texts:
        return Texts(**self.cleaned_data)
