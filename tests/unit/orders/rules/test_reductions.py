"""What comes off a line, to the unit, in currencies of two, none and three decimals."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from config.kernel.money import Money
from orders.rules import reductions
from orders.rules.reductions import (
    AboveGiftLimit,
    NothingToReduce,
    Reducible,
    ReductionTooLarge,
    ReductionUnclear,
)

COMPS = [
    # currency, what is left of the line, units left, units given → off
    ("EUR", 1000, 3, 1, 333),
    ("EUR", 1000, 3, 2, 667),
    ("EUR", 1000, 3, 3, 1000),
    ("EUR", 1000, 3, None, 1000),
    ("EUR", 1, 2, 1, 1),
    ("KRW", 1000, 3, 1, 333),
    ("KWD", 1000, 3, 1, 330),
    ("KWD", 1000, 3, 2, 670),
]
DISCOUNTS = [
    # currency, lines, per cent, amount → off each
    ("EUR", [320, 385], "10", None, [32, 39]),
    ("EUR", [500, 500, 500], None, 100, [34, 33, 33]),
    ("EUR", [500, 0, 500], None, 100, [50, 0, 50]),
    ("EUR", [999], "100", None, [999]),
    ("EUR", [1000, 2000], "33.33", None, [333, 667]),
    ("KRW", [4500, 4500], "15", None, [675, 675]),
    ("KWD", [1250, 1250], "10", None, [130, 120]),
    ("KWD", [1250], None, 10, [10]),
]


def lines(currency, *worths, units=1):
    return [
        Reducible(line_id=UUID(int=index), worth=Money(worth, currency), units=units)
        for index, worth in enumerate(worths)
    ]


@pytest.mark.parametrize(("currency", "worth", "units", "quantity", "off"), COMPS)
def test_a_comp_gives_away_its_share_of_what_is_left(currency, worth, units, quantity, off):
    [line] = lines(currency, worth, units=units)

    assert reductions.comp(line, quantity=quantity) == Money(off, currency)


@pytest.mark.parametrize(("currency", "worths", "percent", "amount", "off"), DISCOUNTS)
def test_a_discount_is_shared_by_worth(currency, worths, percent, amount, off):
    given = reductions.discount(
        lines(currency, *worths),
        percent=Decimal(percent) if percent else None,
        amount=Money(amount, currency) if amount else None,
    )

    assert [each.minor for each in given] == off


@pytest.mark.parametrize("quantity", [0, -1, 4])
def test_units_that_are_not_there_cannot_be_given_away(quantity):
    [line] = lines("EUR", 1000, units=3)

    with pytest.raises(ReductionUnclear):
        reductions.comp(line, quantity=quantity)


@pytest.mark.parametrize(("worth", "units"), [(0, 1), (100, 0), (0, 0)])
def test_what_costs_nothing_cannot_be_given_away(worth, units):
    [line] = lines("EUR", worth, units=units)

    with pytest.raises(NothingToReduce):
        reductions.comp(line, quantity=None)


def test_everything_on_the_house_is_what_every_line_costs():
    assert reductions.comp_all(lines("EUR", 320, 0, 100)) == [
        Money(320, "EUR"),
        Money(0, "EUR"),
        Money(100, "EUR"),
    ]


def test_there_must_be_something_to_put_on_the_house():
    with pytest.raises(NothingToReduce):
        reductions.comp_all(lines("EUR", 0))


@pytest.mark.parametrize("percent", ["0", "-1", "100.01", "0.001", "12.345"])
def test_a_percentage_is_above_nothing_and_at_most_all(percent):
    with pytest.raises(ReductionUnclear):
        reductions.discount(lines("EUR", 1000), percent=Decimal(percent))


@pytest.mark.parametrize("amount", [Money(0, "EUR"), Money(-1, "EUR"), Money(1, "GBP")])
def test_an_amount_is_some_of_the_tabs_currency(amount):
    with pytest.raises(ReductionUnclear):
        reductions.discount(lines("EUR", 1000), amount=amount)


def test_an_amount_is_a_multiple_of_the_step():
    with pytest.raises(ReductionUnclear):
        reductions.discount(lines("KWD", 1000), amount=Money(5, "KWD"))


@pytest.mark.parametrize(
    "asked", [{}, {"percent": Decimal(10), "amount": Money(10, "EUR")}], ids=["neither", "both"]
)
def test_it_is_either_an_amount_or_a_percentage(asked):
    with pytest.raises(ReductionUnclear):
        reductions.discount(lines("EUR", 1000), **asked)


@pytest.mark.parametrize("worths", [[], [0, 0]], ids=["no_lines", "free_lines"])
def test_nothing_comes_off_nothing(worths):
    with pytest.raises(NothingToReduce):
        reductions.discount(lines("EUR", *worths), percent=Decimal(10))


def test_a_percentage_that_rounds_to_nothing_is_refused():
    with pytest.raises(NothingToReduce):
        reductions.discount(lines("EUR", 4), percent=Decimal(10))


def test_no_more_comes_off_than_it_costs():
    with pytest.raises(ReductionTooLarge):
        reductions.discount(lines("EUR", 300, 200), amount=Money(501, "EUR"))


@pytest.mark.parametrize(("given", "wanted", "is_allowed"), [
    (0, 1000, True), (370, 630, True), (370, 631, False), (1200, 1, False),
])  # fmt: skip
def test_what_was_given_today_counts_towards_the_limit(given, wanted, is_allowed):
    def ask():
        reductions.ensure_within(
            Money(1000, "EUR"), given=Money(given, "EUR"), wanted=Money(wanted, "EUR")
        )

    if is_allowed:
        ask()
    else:
        with pytest.raises(AboveGiftLimit):
            ask()
