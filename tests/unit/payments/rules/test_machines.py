"""Every state machine of payments, walked over the full product of its states."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from payments.rules import (
    attempt_states,
    operation_states,
    refund_states,
    reminder_states,
    request_states,
)
from payments.rules.accounts import COUNTER_ACCOUNTS, CounterMethod
from payments.rules.attempt_states import RESERVING, AttemptState, can_move
from payments.rules.inbox_states import LONGEST_WAIT, wait_before
from payments.rules.operation_states import OperationState
from payments.rules.refund_states import RefundState
from payments.rules.reminder_states import ReminderState
from payments.rules.request_states import RequestState

MACHINES = [
    (AttemptState, attempt_states.MOVES),
    (OperationState, operation_states.MOVES),
    (RequestState, request_states.MOVES),
    (ReminderState, reminder_states.MOVES),
    (RefundState, refund_states.MOVES),
]


@pytest.mark.parametrize(("states", "moves"), MACHINES)
def test_every_state_is_in_its_table(states, moves):
    assert set(moves) == set(states)


@pytest.mark.parametrize(("states", "moves"), MACHINES)
def test_no_state_moves_to_itself(states, moves):
    assert [state for state in states if state in moves[state]] == []


def test_only_paid_is_the_end_of_an_attempt():
    final = {state for state in AttemptState if not attempt_states.MOVES[state]}

    assert final == {AttemptState.PAID}


def test_paid_is_reached_from_everywhere_else():
    unreachable = [
        state
        for state in AttemptState
        if state != AttemptState.PAID and not can_move(state, AttemptState.PAID)
    ]

    assert unreachable == []


def test_an_attempt_that_reserves_nothing_never_reserves_again():
    revived = [
        (current, wanted)
        for current, wanted in product(set(AttemptState) - RESERVING, RESERVING)
        if can_move(current, wanted)
    ]

    assert revived == []


def test_money_on_its_way_is_never_taken_for_gone():
    assert attempt_states.MOVES[AttemptState.PROCESSING] == {
        AttemptState.PAID,
        AttemptState.FAILED,
    }


def test_a_refund_that_ended_badly_never_counts_again():
    ended = set(RefundState) - refund_states.HOLDING
    revived = [state for state in ended if refund_states.MOVES[state]]

    assert revived == []


def test_what_left_the_account_never_is_only_asked_for_again():
    assert not any(RefundState.REQUESTED in moves for moves in refund_states.MOVES.values())


def test_every_way_to_pay_at_the_counter_has_an_account():
    assert set(COUNTER_ACCOUNTS) == set(CounterMethod)


def test_the_waits_between_tries_grow_to_an_hour():
    waits = [wait_before(tries) for tries in range(1, 12)]

    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
