"""A shift's cash: what should be in the till beside what is, counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from config.kernel.money import Money
from orders.models import Venue
from orders.rules.roles import Role
from orders.rules.texts import TextTooLong
from payments.models import CashCount
from payments.rules.accounts import CounterMethod
from payments.selectors.till import get_shift
from payments.services import counter, counter_reversals, till
from payments.services.counter import AmountUnclear, Taken
from payments.services.till import Count, LeavesMoreThanCounted, OpeningUnknown
from tests.factories import take_cash
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db
NEXT_DAY = LATER + timedelta(days=1)


def eur(minor):
    return Money(minor, "EUR")


def found(pieces=None, *, besides=0, left=10000, opening=10000, note=""):
    return Count(
        pieces=pieces or {},
        besides=eur(besides),
        left=eur(left),
        opening=None if opening is None else eur(opening),
        note=note,
    )


@pytest.fixture
def keep(larkspur, ada):
    def count(count, *, key="count-1", now=LATER):
        return till.count_till(venue=larkspur, by=ada, count=count, request_key=key, now=now)

    return count


def test_a_first_count_begins_with_what_was_said_and_the_day(keep, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=2000, tip=180, now=SOON)

    kept = keep(found({5000: 2, 2000: 1, 100: 1, 50: 1}, besides=30))

    assert (kept.number, kept.opening, kept.taken) == (1, eur(10000), eur(2180))
    assert (kept.expected, kept.counted, kept.difference) == (eur(12180), eur(12180), eur(0))
    assert (kept.left, kept.banked) == (eur(10000), eur(2180))
    assert kept.pieces == {"5000": 2, "2000": 1, "100": 1, "50": 1}


def test_the_next_shift_begins_where_the_last_one_ended(keep, closed_tab, ada):
    keep(found({5000: 3}, left=5000))
    take_cash(closed_tab, by=ada, minor=1000, now=LATER)

    kept = keep(found({5000: 1, 1000: 1}, left=6000, opening=None), key="count-2", now=NEXT_DAY)

    assert (kept.number, kept.opening, kept.taken) == (2, eur(5000), eur(1000))
    assert kept.difference == eur(0)


def test_cash_given_back_is_not_expected(keep, closed_tab, ada, niamh):
    payment = take_cash(closed_tab, by=ada, minor=1000, now=SOON)
    counter_reversals.reverse(
        tab_id=closed_tab.id,
        payment_id=payment.id,
        by=niamh,
        role=Role.MANAGER,
        reason="Wrong tab",
        now=SOON,
    )

    assert keep(found(besides=10000)).difference == eur(0)


@pytest.mark.parametrize(("there", "difference"), [(9000, -1000), (10000, 0), (10001, 1)])
def test_more_or_less_than_expected_is_told(keep, there, difference):
    kept = keep(found(besides=there, left=0))

    assert kept.difference == eur(difference)
    assert kept.missing == eur(-difference)


def test_money_that_is_no_cash_is_not_in_the_till(keep, closed_tab, ada):
    taken = Taken(method=CounterMethod.CARD_TERMINAL, amount=eur(2180), tip=eur(0))
    counter.record_counter_payment(
        tab_id=closed_tab.id, by=ada, taken=taken, request_key="card", now=SOON
    )

    assert keep(found(besides=10000)).taken == eur(0)


def test_cash_of_another_venue_is_not_in_the_till(larkspur, odile, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000, now=SOON)

    assert get_shift(odile, now=LATER).taken == Money.zero("KRW")


def test_a_first_count_asks_of_today_only(larkspur, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000, now=SOON)

    assert get_shift(larkspur, now=NEXT_DAY).taken == eur(0)


def test_an_entry_written_beside_a_count_is_in_the_next_shift(keep, closed_tab, ada):
    keep(found(besides=10000), now=LATER)

    take_cash(closed_tab, by=ada, minor=1000, now=LATER - timedelta(seconds=1))

    kept = keep(found(besides=11000, opening=None), key="count-2", now=NEXT_DAY)
    assert kept.taken == eur(1000)


def test_a_second_press_is_the_same_count(keep):
    first, second = keep(found(besides=10000)), keep(found(besides=99900))

    assert first == second
    assert CashCount.objects.count() == 1


@pytest.mark.parametrize(
    ("count", "refusal"),
    [
        (found(besides=100, left=200), LeavesMoreThanCounted),
        (found(besides=100, left=100, opening=None), OpeningUnknown),
        (found({5000: -1}, besides=9000, left=0), AmountUnclear),
        (found(besides=-100, left=-200), AmountUnclear),
        (found(besides=100, left=0, note="x" * 201), TextTooLong),
        (
            Count(pieces={}, besides=Money(100, "USD"), left=eur(0), opening=eur(0)),
            AmountUnclear,
        ),
    ],
    ids=["leaves more", "no opening", "negative pieces", "negative", "long note", "currency"],
)
def test_what_cannot_be_is_refused(keep, count, refusal):
    with pytest.raises(refusal):
        keep(count)

    assert not CashCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_are_two_shifts(larkspur, ada):
    together = Barrier(2)

    def count(key):
        together.wait()
        try:
            venue = Venue.objects.get(id=larkspur.id)
            return till.count_till(
                venue=venue, by=ada, count=found(besides=10000), request_key=key, now=LATER
            ).number
        finally:
            connections[connection.alias].close()

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(count, ["one", "two"]))

    assert numbers == [1, 2]
