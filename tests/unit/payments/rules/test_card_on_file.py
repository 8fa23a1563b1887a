"""What an agreement covers, when a card may be charged, and what a bank's no means."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from config.kernel.money import Money
from payments.rules import auto_settlement, consent_states
from payments.rules.auto_settlement import (
    LIVE,
    LOOK_AGAIN,
    WAITING,
    AutoState,
    Charge,
    Facts,
    Stop,
    Wait,
    Why,
    decide,
    plan,
)
from payments.rules.consent_scope import (
    Agreement,
    ConsentScope,
    NotCovered,
    Wanted,
    lasts_until,
    why_not_covered,
)
from payments.rules.consent_states import OVER, ConsentState
from payments.rules.declines import ASKS_GUEST, LATER, NEVER, Retry, retry_of
from tests.factories import EVENING

VENUE, CUSTOMER, TAB, OTHER = (UUID(int=number) for number in (1, 2, 3, 4))
DAY = timedelta(days=1)

CONSENT_MOVES = {
    ("agreed", "page_open"), ("agreed", "active"), ("agreed", "failed"), ("agreed", "revoked"),
    ("page_open", "active"), ("page_open", "failed"), ("page_open", "revoked"),
    ("active", "revoked"), ("active", "unusable"), ("active", "ended"),
}  # fmt: skip
AUTO_MOVES = {
    ("scheduled", "notified"), ("scheduled", "cancelled"),
    ("notified", "charging"), ("notified", "cancelled"),
    ("retry_wait", "charging"), ("retry_wait", "cancelled"),
    ("charging", "settled"), ("charging", "needs_customer"), ("charging", "retry_wait"),
    ("charging", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(ConsentState, ConsentState)))
def test_an_agreement_moves_only_as_drawn(current, wanted):
    assert consent_states.can_move(current, wanted) == ((current, wanted) in CONSENT_MOVES)


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(AutoState, AutoState)))
def test_a_settlement_moves_only_as_drawn(current, wanted):
    assert auto_settlement.can_move(current, wanted) == ((current, wanted) in AUTO_MOVES)


def test_what_is_over_stays_over():
    over = {state for state in ConsentState if not consent_states.MOVES[state]}
    ended = {state for state in AutoState if not auto_settlement.MOVES[state]}

    assert over == OVER
    assert ended == set(AutoState) - LIVE
    assert {AutoState.CHARGING} == LIVE - WAITING


def agreement(**changes):
    known = Agreement(
        state=ConsentState.ACTIVE,
        venue_id=VENUE,
        customer_id=CUSTOMER,
        email="donal@example.org",
        tab_id=None,
        cap=Money(4000, "EUR"),
        until=EVENING + DAY,
    )
    return replace(known, **changes)


def wanted(**changes):
    known = Wanted(
        venue_id=VENUE,
        customer_id=CUSTOMER,
        email="donal@example.org",
        tab_id=TAB,
        amount=Money(4000, "EUR"),
    )
    return replace(known, **changes)


def test_what_was_agreed_is_covered_to_the_last_cent():
    assert why_not_covered(agreement(), wanted(), now=EVENING) is None
    assert why_not_covered(agreement(tab_id=TAB), wanted(), now=EVENING) is None


@pytest.mark.parametrize("state", [each for each in ConsentState if each != ConsentState.ACTIVE])
def test_only_an_active_agreement_covers_anything(state):
    refusal = why_not_covered(agreement(state=state), wanted(), now=EVENING)

    assert refusal == NotCovered.NOT_ACTIVE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"venue_id": OTHER}, NotCovered.OTHER_VENUE),
        ({"customer_id": OTHER}, NotCovered.OTHER_PERSON),
        ({"customer_id": None}, NotCovered.OTHER_PERSON),
        ({"email": "maeve@example.org"}, NotCovered.OTHER_PERSON),
        ({"amount": Money(4001, "EUR")}, NotCovered.TOO_MUCH),
        ({"amount": Money(4000, "USD")}, NotCovered.OTHER_CURRENCY),
    ],
    ids=["venue", "person", "nobody", "address", "amount", "currency"],
)
def test_nothing_else_is_covered(change, reason):
    assert why_not_covered(agreement(), wanted(**change), now=EVENING) == reason


def test_an_agreement_about_one_tab_covers_no_other():
    refusal = why_not_covered(agreement(tab_id=TAB), wanted(tab_id=OTHER), now=EVENING)

    assert refusal == NotCovered.OTHER_TAB


def test_an_agreement_ends_with_its_last_moment():
    end = EVENING + DAY

    assert why_not_covered(agreement(), wanted(), now=end - timedelta(seconds=1)) is None
    assert why_not_covered(agreement(), wanted(), now=end) == NotCovered.TOO_LATE


def test_an_agreement_about_every_tab_lasts_longest():
    assert lasts_until(ConsentScope.EVERY_TAB, now=EVENING) == EVENING + 365 * DAY
    assert lasts_until(ConsentScope.THIS_TAB, now=EVENING) == EVENING + 60 * DAY


@pytest.mark.parametrize(
    ("due_in", "hours", "notice_in", "charge_in"),
    [
        (timedelta(hours=28), 24, timedelta(hours=4), timedelta(hours=28)),
        (timedelta(hours=24), 24, timedelta(0), timedelta(hours=24)),
        (timedelta(hours=10), 24, timedelta(0), timedelta(hours=24)),
        (timedelta(hours=-50), 24, timedelta(0), timedelta(hours=24)),
        (14 * DAY, 72, 11 * DAY, 14 * DAY),
        (DAY, 72, timedelta(0), 3 * DAY),
        (DAY, 0, timedelta(0), DAY),
    ],
    ids=["next evening", "exactly", "too soon", "overdue", "long", "long notice", "never less"],
)
def test_the_charge_is_on_the_pay_by_date_or_later(due_in, hours, notice_in, charge_in):
    planned = plan(due_at=EVENING + due_in, notice_hours=hours, now=EVENING)

    assert planned == (EVENING + notice_in, EVENING + charge_in)


def facts(**changes):
    known = Facts(
        is_owing=True,
        balance=Money(2180, "EUR"),
        reserved=Money(0, "EUR"),
        told=Money(2180, "EUR"),
        told_at=EVENING - DAY,
        notice_failed=False,
        notice_hours=24,
        due_at=EVENING,
        not_covered=None,
    )
    return replace(known, **changes)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Charge(amount=Money(2180, "EUR"))),
        ({"balance": Money(180, "EUR")}, Charge(amount=Money(180, "EUR"))),
        ({"is_owing": False}, Stop(why=Why.PAID_OTHERWISE)),
        ({"balance": Money(0, "EUR")}, Stop(why=Why.PAID_OTHERWISE)),
        ({"balance": Money(-5, "EUR")}, Stop(why=Why.PAID_OTHERWISE)),
        ({"balance": Money(2181, "EUR")}, Stop(why=Why.NOT_COVERED)),
        ({"not_covered": NotCovered.NOT_ACTIVE}, Stop(why=Why.WITHDRAWN)),
        ({"not_covered": NotCovered.TOO_MUCH}, Stop(why=Why.NOT_COVERED)),
        ({"notice_failed": True}, Stop(why=Why.NOTICE_NOT_SENT)),
        ({"reserved": Money(1, "EUR")}, Wait(until=EVENING + LOOK_AGAIN)),
        ({"told_at": None}, Wait(until=EVENING + LOOK_AGAIN)),
        (
            {"told_at": EVENING - DAY + timedelta(seconds=1)},
            Wait(until=EVENING + timedelta(seconds=1)),
        ),
        ({"due_at": EVENING + 3 * DAY}, Wait(until=EVENING + 3 * DAY)),
        ({"notice_hours": 72}, Wait(until=EVENING + 2 * DAY)),
        ({"notice_hours": 0}, Charge(amount=Money(2180, "EUR"))),
    ],
)  # fmt: skip
def test_a_card_is_charged_only_when_everything_holds(change, verdict):
    assert decide(facts(**change), now=EVENING) == verdict


def test_whatever_the_facts_no_charge_breaks_a_promise():
    dice = random.Random(11)  # noqa: S311 - Dice of a game, not of a lock.
    charges = 0
    for _throw in range(5000):
        known = facts(
            is_owing=dice.random() < 0.9,
            balance=Money(dice.randrange(-100, 5000), "EUR"),
            reserved=Money(dice.choice([0, 0, 0, 500]), "EUR"),
            told=Money(dice.randrange(5000), "EUR"),
            told_at=dice.choice([None, EVENING - timedelta(hours=dice.randrange(100))]),
            notice_failed=dice.random() < 0.1,
            notice_hours=dice.choice([0, 24, 72]),
            due_at=EVENING + timedelta(hours=dice.choice([-30, -1, 0, 50])),
            not_covered=dice.choice([None, None, None, *NotCovered]),
        )

        verdict = decide(known, now=EVENING)

        if isinstance(verdict, Charge):
            charges += 1
            assert known.is_owing
            assert known.not_covered is None
            assert verdict.amount == known.balance
            assert verdict.amount <= known.told
            assert known.reserved.is_zero
            assert known.due_at <= EVENING
            assert known.told_at <= EVENING - timedelta(hours=max(known.notice_hours, 24))
    assert charges > 50


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        *[(code, Retry.LATER) for code in sorted(LATER)],
        *[(code, Retry.NEVER) for code in sorted(NEVER)],
        *[(code, Retry.NEW_CARD) for code in sorted(ASKS_GUEST)],
        ("generic_decline", Retry.NEW_CARD),
        ("expired_card", Retry.NEW_CARD),
        ("a code of next year", Retry.NEW_CARD),
        ("", Retry.NEW_CARD),
    ],
)
def test_what_a_banks_no_means(code, retry):
    assert retry_of(code) == retry
