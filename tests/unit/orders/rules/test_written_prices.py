"""A price is read exactly as it was meant, or not at all."""

from __future__ import annotations

import pytest

from orders.rules.written_prices import PriceUnreadable, read_price


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("3.80", "EUR", 380),
        ("3,80", "EUR", 380),
        ("3.8", "EUR", 380),
        ("4", "EUR", 400),
        ("0", "EUR", 0),
        (" 3.80 ", "EUR", 380),
        ("€3.80", "EUR", 380),
        ("3,80 €", "EUR", 380),
        ("EUR 3.80", "EUR", 380),
        ("3.80 eur", "EUR", 380),
        ("£3.20", "GBP", 320),
        ("$3.20", "AUD", 320),
        ("kr 35", "SEK", 3500),
        ("35 KR", "DKK", 3500),
        ("1,234.50", "EUR", 123_450),
        ("1.234,50", "EUR", 123_450),
        ("1 234,50", "EUR", 123_450),
        ("1\u00a0234,50", "EUR", 123_450),
        ("1\u202f234,50", "EUR", 123_450),
        ("1'234.50", "EUR", 123_450),
        ("1’234.50", "EUR", 123_450),
        ("123.456,00", "EUR", 12_345_600),
        ("12000", "KRW", 12_000),
        ("12,000", "KRW", 12_000),
        ("12.000", "KRW", 12_000),
        ("₩12,000", "KRW", 12_000),
        ("12000원", "KRW", 12_000),
        ("12,000.00", "KRW", 12_000),
        ("1,200,000", "KRW", 1_200_000),
        ("1.250", "KWD", 1250),
        ("1,25", "KWD", 1250),
        ("KWD 1.2", "KWD", 1200),
        ("د.ك 1.250", "KWD", 1250),
        ("500", "ISK", 50_000),
        ("1.500 kr", "ISK", 150_000),
    ],
)
def test_a_price_is_read_as_it_was_meant(text, currency, minor):
    assert read_price(text, currency).minor == minor
    assert read_price(text, currency).currency == currency


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", "EUR", "“” is no price; write it like 12.50."),
        ("dear", "EUR", "“dear” is no price; write it like 12.50."),
        ("1,234", "EUR", "“1,234” is no price; write it like 12.50."),
        ("1.234", "EUR", "“1.234” is no price; write it like 12.50."),
        ("1,23,456", "EUR", "“1,23,456” is no price; write it like 12.50."),
        ("1.2.3", "EUR", "“1.2.3” is no price; write it like 12.50."),
        ("1 2 3", "EUR", "“1 2 3” is no price; write it like 12.50."),
        ("3.", "EUR", "“3.” is no price; write it like 12.50."),
        (".5", "EUR", "“.5” is no price; write it like 12.50."),
        ("(3.80)", "EUR", "“(3.80)” is no price; write it like 12.50."),
        ("=3.80", "EUR", "“=3.80” is no price; write it like 12.50."),
        ("3e2", "EUR", "“3e2” is no price; write it like 12.50."),
        ("nan", "EUR", "“nan” is no price; write it like 12.50."),
        ("٣", "EUR", "“٣” is no price; write it like 12.50."),
        ("\uff13.80", "EUR", "“\uff13.80” is no price; write it like 12.50."),
        ("-3.80", "EUR", "A price is not below zero."),
        ("€ -3.80", "EUR", "A price is not below zero."),
        ("$3.80", "EUR", "“$” is not the currency here, which is EUR."),
        ("3.80 GBP", "EUR", "“GBP” is not the currency here, which is EUR."),
        ("¥300", "KRW", "“¥” is not the currency here, which is KRW."),
        ("12.5", "KRW", "“12.5” is no price; write it like 12000."),
        ("12,000.50", "KRW", "KRW has no such amount; the smallest step is 1."),
        ("1.255", "KWD", "KWD has no such amount; the smallest step is 0.010."),
        ("1.2555", "KWD", "“1.2555” is no price; write it like 1.250."),
        ("500.50", "ISK", "“500.50” is no price; write it like 12000."),
        ("1000000", "EUR", "That is more than can be charged at once."),
        ("9" * 5000, "EUR", "EUR has no such amount; the smallest step is 0.01."),
    ],
)
def test_anything_else_is_refused_with_a_reason(text, currency, reason):
    with pytest.raises(PriceUnreadable) as refusal:
        read_price(text, currency)

    assert str(refusal.value) == reason
