"""Form fields that speak money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.kernel.money import MAX_MINOR, InexactAmount, Money, display_exponent_of


class MoneyField(forms.CharField):
    """An amount written in one currency; cleans to `Money`, or None when left empty."""

    def __init__(self, *, currency: str, allow_zero: bool = False, **options: Any) -> None:
        self.currency = currency
        self.allow_zero = allow_zero
        options.setdefault("max_length", 16)
        super().__init__(**options)
        self.widget.attrs.setdefault(
            "inputmode", "decimal" if display_exponent_of(currency) else "numeric"
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Money):
            return f"{value.decimal:.{display_exponent_of(self.currency)}f}"
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money.parse(_plain(text), self.currency)
        except InexactAmount as error:
            raise ValidationError(
                _("Write an amount such as %(example)s."),
                params={"example": _example(self.currency)},
            ) from error
        if amount.minor < 0 or (amount.is_zero and not self.allow_zero):
            raise ValidationError(_("The amount must be more than zero."))
        if amount.minor > MAX_MINOR:
            raise ValidationError(_("That is more than can be charged at once."))
        return amount


def _plain(text: str) -> str:
    """Take a decimal comma for a point: many keyboards have no other."""
    text = text.replace("\u00a0", "").replace(" ", "")
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _example(currency: str) -> str:
    return f"{12.5:.{display_exponent_of(currency)}f}" if display_exponent_of(currency) else "12000"
