"""Which days a guest may choose from: the whole table."""

from __future__ import annotations

from datetime import date

import pytest

from payments.rules.extensions import offer_of, offer_of_manager


@pytest.mark.parametrize(
    ("today", "most", "first", "last"),
    [
        (6, 7, 8, 14),  # Before the day: from the day after it.
        (7, 7, 8, 14),  # On the day.
        (10, 7, 11, 14),  # Past it: from tomorrow.
        (13, 7, 14, 14),  # The last chance.
        (14, 7, None, None),  # All of it has passed.
        (6, 0, None, None),  # The venue gives none.
        (6, 1, 8, 8),
    ],
)
def test_the_days_on_offer_for_a_tab_due_on_the_seventh(today, most, first, last):
    offer = offer_of(today=date(2026, 3, today), due=date(2026, 3, 7), most_days=most)

    if first is None:
        assert offer is None
        return
    assert offer is not None
    assert (offer.first.day, offer.last.day) == (first, last)
    assert [date(2026, 3, day) in offer for day in (first - 1, first, last, last + 1)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 3, 1), date(2026, 3, 8), date(2026, 8, 28)),  # Ahead of the day.
        (date(2026, 3, 7), date(2026, 3, 8), date(2026, 9, 3)),
        (date(2026, 5, 1), date(2026, 5, 2), date(2026, 10, 28)),  # Long past it.
        (date(2025, 3, 7), date(2026, 3, 8), date(2026, 3, 8)),  # Agreed farther ahead than that.
    ],
)
def test_a_manager_gives_half_a_year_from_today(today, first, last):
    offer = offer_of_manager(today=today, due=date(2026, 3, 7))

    assert (offer.first, offer.last) == (first, last)
