"""Notes and coins: each one an amount its currency knows, the largest first."""

from __future__ import annotations

import pytest

from config.kernel.money import Money, step_of
from payments.rules.pieces import PIECES, pieces_of, sum_of


@pytest.mark.parametrize("currency", sorted(PIECES))
def test_each_piece_is_an_amount_of_its_currency(currency):
    worths = [piece.minor for piece in pieces_of(currency)]

    assert worths == sorted(set(worths), reverse=True)
    assert [worth for worth in worths if worth % step_of(currency)] == []


def test_of_an_unlisted_currency_we_know_none():
    assert pieces_of("XXX") == ()


def test_pieces_add_up():
    assert sum_of({20000: 2, 250: 3, 10: 0}, currency="KWD") == Money(40750, "KWD")
    assert sum_of({}, currency="KWD") == Money.zero("KWD")
