from __future__ import annotations

from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.rules.totals import Priced, TaxPart, add_up, share_taxes


def priced(minor, rate, name="VAT", currency="EUR"):
    return Priced(amount=Money(minor, currency), tax_name=name, tax_rate=Decimal(rate))


@pytest.mark.parametrize(
    ("minor", "rate", "inclusive", "net", "tax"),
    [
        (1230, "23", True, 1000, 230),
        (1000, "23", False, 1000, 230),
        (380, "13.5", True, 335, 45),
        (100, "0", True, 100, 0),
        (1, "13.5", True, 1, 0),
    ],
)
def test_tax_is_taken_out_of_or_put_on_top_of_a_price(minor, rate, inclusive, net, tax):
    sums = add_up([priced(minor, rate)], currency="EUR", prices_include_tax=inclusive)

    assert sums.net == Money(net, "EUR")
    assert sums.tax == Money(tax, "EUR")
    assert sums.total == Money(net + tax, "EUR")
    assert sums.subtotal == Money(minor, "EUR")


def test_tax_is_rounded_once_for_each_rate():
    lines = [priced(33, "13.5"), priced(33, "13.500"), priced(1000, "23")]

    sums = add_up(lines, currency="EUR", prices_include_tax=True)

    assert [(part.rate, part.gross) for part in sums.taxes] == [
        (Decimal("13.5"), Money(66, "EUR")),
        (Decimal(23), Money(1000, "EUR")),
    ]
    assert sums.tax == Money(8 + 187, "EUR")


def test_the_service_charge_is_untaxed_and_on_top():
    sums = add_up(
        [priced(2000, "13.5")],
        currency="EUR",
        prices_include_tax=True,
        service_charge_rate=Decimal("12.5"),
    )

    assert sums.service_charge == Money(250, "EUR")
    assert sums.total == Money(2250, "EUR")
    assert sums.tax == Money(238, "EUR")


def test_dinars_are_taxed_in_whole_steps():
    sums = add_up([priced(1250, "5", currency="KWD")], currency="KWD", prices_include_tax=False)

    assert sums.tax == Money(60, "KWD")


def test_an_empty_tab_adds_up_to_nothing():
    sums = add_up([], currency="KRW", prices_include_tax=True)

    assert sums.total == sums.tax == sums.net == Money.zero("KRW")
    assert sums.taxes == ()


def test_the_last_payer_carries_the_rest_of_the_tax():
    part = TaxPart(name="VAT", rate=Decimal(10), net=Money(91, "EUR"), tax=Money(9, "EUR"))
    whole, third = Money(100, "EUR"), Money(33, "EUR")

    shares = [
        share_taxes((part,), whole=whole, paid_before=before, paid_now=now)[0].tax.minor
        for before, now in [
            (Money(0, "EUR"), third),
            (third, third),
            (Money(66, "EUR"), Money(34, "EUR")),
        ]
    ]

    assert shares == [3, 3, 3]


def test_nothing_paid_of_nothing_carries_no_tax():
    part = TaxPart(name="VAT", rate=Decimal(10), net=Money(0, "EUR"), tax=Money(0, "EUR"))
    zero = Money.zero("EUR")

    shares = share_taxes((part,), whole=zero, paid_before=zero, paid_now=zero)

    assert shares[0].gross == zero
