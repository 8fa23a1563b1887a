"""What holds for every amount, in currencies without, with two and with three decimals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import MAX_MINOR, InexactAmount, Money, exponent_of, step_of, total

currencies = st.sampled_from(["EUR", "KRW", "KWD", "JPY", "ISK", "UGX", "BHD", "USD", "VND"])
minors = st.integers(min_value=-MAX_MINOR, max_value=MAX_MINOR)


@st.composite
def amounts(draw):
    """Any amount that can be asked for: a multiple of its currency's step."""
    currency = draw(currencies)
    step = step_of(currency)
    return Money(draw(minors) // step * step, currency)


@given(amount=amounts())
def test_what_is_written_is_read_back_exactly(amount):
    written, currency = str(amount).split()

    assert Money.parse(written, currency) == amount


@given(amount=amounts())
def test_one_more_decimal_is_never_read(amount):
    with pytest.raises(InexactAmount):
        Money.parse(
            f"{amount.decimal:.{exponent_of(amount.currency)}f}".rstrip(".")
            + ("1" if exponent_of(amount.currency) else ".1"),
            amount.currency,
        )


@given(amount=amounts(), ways=st.integers(min_value=1, max_value=40))
def test_splitting_loses_nothing_and_is_fair(amount, ways):
    shares = amount.split(ways)

    assert len(shares) == ways
    assert total(shares, amount.currency) == amount
    assert all(share.minor % step_of(amount.currency) == 0 for share in shares)
    assert max(s.minor for s in shares) - min(s.minor for s in shares) <= step_of(amount.currency)


@given(
    amount=amounts(),
    weights=st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=20).filter(any),
)
def test_weighing_loses_nothing_and_gives_each_within_one_step_of_its_due(amount, weights):
    shares = amount.allocate(weights)

    step = step_of(amount.currency)
    assert total(shares, amount.currency) == amount
    assert all(
        abs(share.minor * sum(weights) - amount.minor * weight) < step * sum(weights)
        for share, weight in zip(shares, weights, strict=True)
    )
    assert all(share.is_zero for share, weight in zip(shares, weights, strict=True) if not weight)


@given(minor=minors, ways=st.integers(min_value=1, max_value=9))
def test_even_an_amount_between_two_steps_is_split_without_loss(minor, ways):
    amount = Money(minor, "KWD")

    assert total(amount.split(ways), "KWD") == amount


@given(amount=amounts(), rate=st.decimals(min_value=0, max_value=100, places=3))
def test_a_percentage_is_within_half_a_step(amount, rate):
    part = amount.percent(rate)

    step = step_of(amount.currency)
    assert part.minor % step == 0
    assert abs(part.minor * 100 - amount.minor * rate) <= step * 50
