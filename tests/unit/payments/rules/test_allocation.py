"""How much one payer may pay, over the whole table of choices."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from payments.rules.allocation import (
    Choice,
    NothingLeftToPay,
    PartTooLarge,
    PartTooSmall,
    PayMode,
    RestTooSmall,
    part_to_pay,
)


def eur(minor):
    return Money(minor, "EUR")


def amount(minor):
    return Choice(mode=PayMode.AMOUNT, amount=eur(minor))


@pytest.mark.parametrize(
    ("choice", "open_minor", "part_minor"),
    [
        (Choice(mode=PayMode.ALL), 2180, 2180),
        (Choice(mode=PayMode.SHARE, ways=2), 2180, 1090),
        (Choice(mode=PayMode.SHARE, ways=3), 1000, 334),
        (Choice(mode=PayMode.SHARE, ways=0), 1000, 1000),
        (amount(500), 2180, 500),
        (amount(2180), 2180, 2180),
        (amount(2130), 2180, 2130),
    ],
)
def test_the_part_is_what_was_chosen(choice, open_minor, part_minor):
    assert part_to_pay(choice, open_amount=eur(open_minor)) == eur(part_minor)


@pytest.mark.parametrize(
    ("choice", "open_minor", "refusal"),
    [
        (Choice(mode=PayMode.ALL), 0, NothingLeftToPay),
        (amount(2181), 2180, PartTooLarge),
        (amount(49), 2180, PartTooSmall),
        (Choice(mode=PayMode.ALL), 49, PartTooSmall),
        (amount(2131), 2180, RestTooSmall),
        (Choice(mode=PayMode.SHARE, ways=2), 60, PartTooSmall),
    ],
)
def test_a_part_no_card_could_pay_is_refused(choice, open_minor, refusal):
    with pytest.raises(refusal):
        part_to_pay(choice, open_amount=eur(open_minor))


def test_a_share_in_three_decimals_is_one_stripe_can_charge():
    part = part_to_pay(Choice(mode=PayMode.SHARE, ways=3), open_amount=Money(100_000, "KWD"))

    assert part == Money(33_340, "KWD")
