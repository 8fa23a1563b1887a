from __future__ import annotations

from decimal import Decimal

import pytest

from config.kernel.money import (
    MAX_MINOR,
    CurrencyMismatch,
    InexactAmount,
    Money,
    display_exponent_of,
    exponent_of,
    smallest_charge,
    step_of,
    total,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("3.80", "EUR", 380),
        ("3.8", "EUR", 380),
        ("4", "EUR", 400),
        ("-1.50", "EUR", -150),
        ("12000", "KRW", 12000),
        ("1.250", "KWD", 1250),
        ("1.25", "KWD", 1250),
        ("150", "ISK", 15000),
        ("0", "EUR", 0),
    ],
)
def test_a_written_amount_is_read_exactly(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("3.805", "EUR"),
        ("0.5", "KRW"),
        ("1.255", "KWD"),
        ("1.50", "ISK"),
        ("three", "EUR"),
        ("", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1e999999999", "EUR"),
        ("1e99999", "EUR"),
        ("1.00000000000000000000000000000001", "EUR"),
    ],
)
def test_an_inexact_amount_is_refused(text, currency):
    with pytest.raises(InexactAmount):
        Money.parse(text, currency)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(128460, "EUR"), "1284.60 EUR"),
        (Money(500, "KRW"), "500 KRW"),
        (Money(1250, "KWD"), "1.250 KWD"),
        (Money(15000, "ISK"), "150 ISK"),
        (Money(-5, "EUR"), "-0.05 EUR"),
    ],
)
def test_an_amount_is_written_with_its_currencys_decimals(amount, written):
    assert str(amount) == written


def test_sums_and_differences_stay_in_their_currency():
    assert Money(380, "EUR") + Money(20, "EUR") == Money(400, "EUR")
    assert Money(380, "EUR") - Money(400, "EUR") == Money(-20, "EUR")
    assert Money(380, "EUR") * 3 == Money(1140, "EUR")
    assert -Money(380, "EUR") == Money(-380, "EUR")
    assert total([Money(1, "EUR"), Money(2, "EUR")], "EUR") == Money(3, "EUR")
    assert total([], "KRW") == Money.zero("KRW")


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: total([a], b.currency),
    ],
)
def test_currencies_never_mix(mix):
    with pytest.raises(CurrencyMismatch):
        mix(Money(1, "EUR"), Money(1, "KRW"))


def test_amounts_can_be_compared():
    small, large = Money(1, "EUR"), Money(2, "EUR")

    assert small < large
    assert small <= Money(1, "EUR")
    assert not large <= small
    assert large.is_positive
    assert not Money.zero("EUR").is_positive
    assert Money.zero("EUR").is_zero


def test_sharing_gives_the_rest_to_the_largest_remainder_and_the_earlier():
    assert Money(1000, "EUR").split(3) == [
        Money(334, "EUR"),
        Money(333, "EUR"),
        Money(333, "EUR"),
    ]
    assert Money(100, "KWD").allocate([2, 1]) == [Money(70, "KWD"), Money(30, "KWD")]
    assert Money(-10, "EUR").split(3) == [Money(-4, "EUR"), Money(-3, "EUR"), Money(-3, "EUR")]


def test_what_is_no_whole_step_goes_to_the_first_share():
    assert Money(1005, "KWD").split(2) == [Money(505, "KWD"), Money(500, "KWD")]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="positive weights"):
        Money(100, "EUR").allocate(weights)


@pytest.mark.parametrize(
    ("amount", "rate", "part"),
    [
        (Money(1000, "EUR"), "10", Money(100, "EUR")),
        (Money(5, "EUR"), "10", Money(1, "EUR")),
        (Money(4, "EUR"), "10", Money(0, "EUR")),
        (Money(1250, "KWD"), "10", Money(130, "KWD")),
        (Money(12345, "KRW"), "0", Money(0, "KRW")),
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_step(amount, rate, part):
    assert amount.percent(Decimal(rate)) == part


@pytest.mark.parametrize(
    ("currency", "exponent", "shown", "step"),
    [("EUR", 2, 2, 1), ("KRW", 0, 0, 1), ("KWD", 3, 3, 10), ("ISK", 2, 0, 100), ("UGX", 2, 0, 100)],
)
def test_each_currency_is_counted_written_and_stepped_as_stripe_does(
    currency, exponent, shown, step
):
    assert (exponent_of(currency), display_exponent_of(currency), step_of(currency)) == (
        exponent,
        shown,
        step,
    )


@pytest.mark.parametrize(
    ("currency", "minor"), [("EUR", 50), ("KRW", 500), ("KWD", 200), ("ISK", 100), ("CLP", 1)]
)
def test_the_smallest_charge_is_known_or_guessed(currency, minor):
    least = smallest_charge(currency)

    assert least == Money(minor, currency)
    assert least.minor % step_of(currency) == 0
    assert least.minor < MAX_MINOR
