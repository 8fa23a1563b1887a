"""Disputes: the whole table of moves, and where the money is in each of them."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money
from payments.rules import dispute_money
from payments.rules.dispute_money import Withheld
from payments.rules.dispute_states import (
    ANSWERABLE,
    CLOSED,
    INQUIRIES,
    MOVES,
    DisputeState,
    can_move,
)
from payments.rules.dispute_words import OTHER_REASON, REASONS, STATES, reason_of
from payments.rules.evidence import (
    LONGEST,
    EvidenceEmpty,
    EvidenceTooLong,
    Texts,
    ensure_fits,
    shorten,
)

S = DisputeState
LIVES = [
    (S.INQUIRY, S.INQUIRY_REVIEW, S.INQUIRY_CLOSED),
    (S.INQUIRY, S.NEEDS_RESPONSE, S.UNDER_REVIEW, S.LOST),
    (S.NEEDS_RESPONSE, S.UNDER_REVIEW, S.WON),
    (S.NEEDS_RESPONSE, S.PREVENTED),
    (S.NEEDS_RESPONSE, S.LOST, S.APPEAL_NEEDS_RESPONSE, S.APPEAL_UNDER_REVIEW, S.WON),
]


def euros(minor):
    return Money(minor, "EUR")


def test_every_state_is_in_the_table_and_has_words():
    assert set(MOVES) == set(S) == set(STATES)
    assert [state for state in S if can_move(state, state)] == []


@pytest.mark.parametrize("life", LIVES)
def test_a_life_as_the_bank_leads_it_is_walked_step_by_step(life):
    assert all(can_move(*step) for step in pairwise(life))


@pytest.mark.parametrize("life", LIVES)
def test_late_news_of_an_earlier_state_moves_nothing_back(life):
    before_the_appeal = life[: life.index(S.LOST) + 1] if S.LOST in life else life

    backwards = [
        (later, earlier)
        for earlier, later in product(before_the_appeal, repeat=2)
        if before_the_appeal.index(earlier) < before_the_appeal.index(later)
        and can_move(later, earlier)
    ]

    assert backwards == []


def test_only_an_appeal_or_a_real_dispute_opens_what_was_closed():
    opening = {(one, other) for one in CLOSED for other in set(S) - CLOSED if can_move(one, other)}

    assert {other for one, other in opening if one in {S.WON, S.LOST}} == {
        S.APPEAL_NEEDS_RESPONSE,
        S.APPEAL_UNDER_REVIEW,
    }
    assert not MOVES[S.PREVENTED]
    assert ANSWERABLE.isdisjoint(CLOSED)
    assert S.INQUIRY_CLOSED in INQUIRIES & CLOSED


@pytest.mark.parametrize(
    ("state", "withdrawn", "reinstated", "disputed", "lost"),
    [
        (S.INQUIRY, 0, 0, 0, 0),
        (S.NEEDS_RESPONSE, 2180, 0, 2180, 0),
        (S.UNDER_REVIEW, 2180, 0, 2180, 0),
        (S.WON, 2180, 0, 2180, 0),
        (S.WON, 2180, 2180, 0, 0),
        (S.LOST, 2180, 0, 0, 2180),
        (S.LOST, 2180, 1000, 0, 1180),
        (S.APPEAL_UNDER_REVIEW, 2180, 0, 2180, 0),
    ],
)
def test_where_the_money_is(state, withdrawn, reinstated, disputed, lost):
    found = dispute_money.withheld(state, withdrawn=euros(withdrawn), reinstated=euros(reinstated))

    assert found == Withheld(disputed=euros(disputed), lost=euros(lost))


amounts = st.integers(-10_000, 10_000).map(euros)


@given(amounts, amounts, amounts, amounts)
def test_a_shift_leads_from_what_is_booked_to_what_should_be(one, other, wanted, gone):
    booked = Withheld(disputed=one, lost=other)
    goal = Withheld(disputed=wanted, lost=gone)

    shift = dispute_money.shift(booked, goal)

    assert one + shift.taken - shift.lost == wanted
    assert other + shift.lost == gone


def test_every_reason_has_words_and_an_unknown_one_too():
    assert reason_of("fraudulent") == REASONS["fraudulent"]
    assert reason_of("something_new") == OTHER_REASON


@pytest.mark.parametrize("texts", [{}, {"customer_name": "Dónal"}, {"statement": "  "}])
def test_a_case_without_words_is_refused(texts):
    with pytest.raises(EvidenceEmpty):
        ensure_fits(Texts(**texts))


def test_more_than_the_bank_reads_is_refused():
    ensure_fits(Texts(statement="x" * LONGEST))
    with pytest.raises(EvidenceTooLong):
        ensure_fits(Texts(statement="x" * (LONGEST + 1)))
    full = dict.fromkeys(Texts().as_dict(), "x" * LONGEST)
    with pytest.raises(EvidenceTooLong):
        ensure_fits(Texts(**full))


@given(st.text(max_size=60), st.integers(3, 50))
def test_what_is_shortened_fits_and_starts_alike(text, limit):
    short = shorten(text, limit)

    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))
