"""What may leave in a minute: links before reminders, one venue not at the cost of another."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.mail_limits import ALL, Limits, Waiting, admit

LARKSPUR, ODILE = UUID(int=1), UUID(int=2)


def mails(*kinds):
    """Mails by letters: l and o are links of Larkspur and Odile, L and O their reminders."""
    return [
        Waiting(
            id=UUID(int=100 + index),
            venue_id=LARKSPUR if kind in "lL" else ODILE,
            is_reminder=kind.isupper(),
        )
        for index, kind in enumerate("".join(kinds))
    ]


@pytest.mark.parametrize(
    ("limits", "used", "waiting", "leaves"),
    [
        (Limits(), {}, "llLL", "llLL"),
        (Limits(in_all=2), {}, "lol", "lo"),
        (Limits(in_all=2), {ALL: 2}, "lo", ""),
        (Limits(of_venue=1), {}, "lloo", "lo"),
        (Limits(of_venue=2), {LARKSPUR: 2}, "llo", "o"),
        (Limits(in_all=4), {}, "LLLLl", "LLLl"),  # A quarter is left to links.
        (Limits(of_venue=4), {LARKSPUR: 3}, "LlO", "lO"),
        (Limits(in_all=4, of_venue=4), {ALL: 3}, "LOlo", "l"),
        (Limits(in_all=1), {}, "L", "L"),  # A limit too small to be divided.
    ],
)
def test_the_table_of_who_may_leave(limits, used, waiting, leaves):
    queue = mails(waiting)

    admitted, _count = admit(queue, used=used, limits=limits)

    letters = dict(zip([mail.id for mail in queue], waiting, strict=True))
    assert "".join(letters[each] for each in admitted) == leaves


@given(
    st.text("lLoO", max_size=60),
    st.integers(1, 20),
    st.integers(1, 20),
    st.lists(st.integers(1, 9), max_size=8),
)
def test_however_they_come_no_limit_is_passed_and_order_is_kept(kinds, in_all, of_venue, sizes):
    limits, queue, used = Limits(in_all=in_all, of_venue=of_venue), mails(kinds), {}
    left = []
    for size in [*sizes, len(queue)]:
        batch, queue = queue[:size], queue[size:]
        admitted, used = admit(batch, used=used, limits=limits)
        left += [mail for mail in batch if mail.id in admitted]

    assert len(left) <= in_all
    assert used.get(ALL, 0) == len(left)
    for venue in (LARKSPUR, ODILE):
        assert sum(mail.venue_id == venue for mail in left) <= of_venue
    assert [mail.id for mail in left] == sorted(mail.id for mail in left)
