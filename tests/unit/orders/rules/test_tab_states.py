from __future__ import annotations

from itertools import product

import pytest

from orders.rules.tab_states import (
    ASKED,
    FINAL,
    MOVES,
    IllegalMove,
    TabNotOpen,
    TabStatus,
    ensure_back,
    ensure_move,
    ensure_open,
)

LEGAL = {
    ("open", "closed"),
    ("open", "void"),
    ("open", "merged"),
    ("closed", "open"),
    ("closed", "settled"),
    ("closed", "written_off"),
    ("closed", "void"),
    ("closed", "merged"),
    ("written_off", "settled"),
    ("settled", "closed"),
}


@pytest.mark.parametrize(("current", "wanted"), list(product(TabStatus, TabStatus)))
def test_only_the_drawn_moves_are_legal(current, wanted):
    if (current, wanted) in LEGAL:
        ensure_move(current, wanted)
        return

    with pytest.raises(IllegalMove):
        ensure_move(current, wanted)


def test_every_state_has_its_moves_and_from_the_final_ones_only_money_taken_back_leads():
    assert set(MOVES) == set(TabStatus)
    assert {status: MOVES[status] for status in FINAL} == {
        TabStatus.SETTLED: {TabStatus.CLOSED},
        TabStatus.VOID: set(),
        TabStatus.MERGED: set(),
    }
    assert set(TabStatus) - ASKED - FINAL == {TabStatus.OPEN}


@pytest.mark.parametrize(("current", "wanted"), list(product(TabStatus, TabStatus)))
def test_only_a_merged_tab_comes_back_open_or_closed(current, wanted):
    if (current, wanted) in {("merged", "open"), ("merged", "closed")}:
        ensure_back(current, wanted)
        return

    with pytest.raises(IllegalMove):
        ensure_back(current, wanted)


@pytest.mark.parametrize("status", list(TabStatus))
def test_only_an_open_tab_is_open(status):
    if status == TabStatus.OPEN:
        ensure_open(status)
        return

    with pytest.raises(TabNotOpen, match=status.replace("_", " ")):
        ensure_open(status)
