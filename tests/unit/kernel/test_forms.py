from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from config.kernel.forms import MoneyField
from config.kernel.money import Money


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12,50", "EUR", 1250),
        ("1 200,00", "EUR", 120000),
        ("1\u00a0200", "KRW", 1200),
        ("1.250", "KWD", 1250),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed, currency, minor):
    assert MoneyField(currency=currency).clean(typed) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["abc", "1.234", "0", "-5", "0.00", "1000000.00", "1,2,3"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyField(currency="EUR").clean(typed)


def test_zero_is_an_amount_where_it_may_be():
    assert MoneyField(currency="EUR", allow_zero=True).clean("0") == Money.zero("EUR")


def test_an_empty_optional_amount_is_none():
    assert MoneyField(currency="EUR", required=False).clean("") is None


def test_an_amount_is_shown_as_it_can_be_typed_again():
    field = MoneyField(currency="KWD")

    assert field.prepare_value(Money(1250, "KWD")) == "1.250"
    assert field.prepare_value("1.2x") == "1.2x"


@pytest.mark.parametrize(("currency", "keyboard"), [("EUR", "decimal"), ("KRW", "numeric")])
def test_phones_show_the_right_keyboard(currency, keyboard):
    assert MoneyField(currency=currency).widget.attrs["inputmode"] == keyboard
