"""Merging, splitting and paying at the same moment: one order of things, and nothing lost."""

from __future__ import annotations

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Rearrangement, Tab
from orders.rules.reductions import AboveGiftLimit, ReductionKind
from orders.rules.roles import Role
from orders.services.reductions import Wanted
from payments.models import CheckoutAttempt, CounterPayment, LedgerEntry
from payments.rules.accounts import Account, CounterMethod
from payments.selectors import balances
from payments.services import checkout, closing, counter, rearranging, reducing
from payments.services.counter import Taken
from payments.services.rearranging import Parts
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON
from tests.integration.payments.test_races import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def other(larkspur, ada, shakshuka):
    """A second closed tab of €21.80."""
    tab = factories.make_tab(larkspur, ada, shakshuka, label="Table 5")
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab


def owed():
    standings = balances.get_standings(Tab.objects.all())
    return sum(standing.balance.minor for standing in standings.values())


def receivable():
    return LedgerEntry.objects.all().balance_of(Account.RECEIVABLE, "EUR").minor


def merge(tab, other, by, **more):
    return rearranging.merge(tab_id=tab.id, other_id=other.id, by=by, now=SOON, **more)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_tabs_merged_into_each_other_are_merged_once(closed_tab, other, ada, _round):
    outcomes = all_at_once(
        lambda: merge(closed_tab, other, ada), lambda: merge(other, closed_tab, ada)
    )

    assert sum(isinstance(each, Rearrangement) for each in outcomes) == 1
    assert sum(isinstance(each, DomainError) for each in outcomes) == 1
    assert (owed(), receivable()) == (4360, 4360)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_same_merge_pressed_twice_is_one(closed_tab, other, ada, _round):
    outcomes = all_at_once(
        *[lambda: merge(closed_tab, other, ada, request_key="k") for _press in range(3)]
    )

    assert {each.id for each in outcomes} == {Rearrangement.objects.get().id}
    assert owed() == 4360


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_split_while_a_page_opens_leaves_no_page_for_money_that_moved(
    closed_tab, ada, wish, _round
):
    all_at_once(
        lambda: rearranging.split(tab_id=closed_tab.id, parts=Parts(ways=2), by=ada, now=SOON),
        lambda: checkout.open_page(tab_id=closed_tab.id, wish=wish(2180), now=SOON),
    )

    tab = Tab.objects.get(id=closed_tab.id)
    standing = balances.get_standing(tab)
    reserved = sum(attempt.amount_minor for attempt in CheckoutAttempt.objects.reserving())
    assert reserved == standing.reserved.minor <= standing.balance.minor
    assert (owed(), receivable()) == (2180, 2180)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_merge_while_somebody_pays_at_the_counter_keeps_the_payment(
    closed_tab, other, ada, _round
):
    taken = Taken(method=CounterMethod.CASH, amount=Money(700, "EUR"), tip=Money.zero("EUR"))
    outcomes = all_at_once(
        lambda: merge(closed_tab, other, ada),
        lambda: counter.record_counter_payment(
            tab_id=other.id, by=ada, taken=taken, request_key="k", now=SOON
        ),
    )

    came = sum(isinstance(each, CounterPayment) for each in outcomes) * 700
    assert (owed(), receivable()) == (4360 - came, 4360 - came)
    assert balances.get_standing(Tab.objects.get(id=other.id)).balance.is_zero


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_gifts_on_two_tabs_at_once_stay_within_the_limit(larkspur, ada, shakshuka, scone, _round):
    larkspur.gift_limit_minor = 400
    larkspur.save()
    tables = [factories.make_tab(larkspur, ada, scone) for _table in range(2)]
    gift = Wanted(kind=ReductionKind.COMP, reason="The wait was long")

    outcomes = all_at_once(
        *[
            lambda tab=tab: reducing.reduce_tab(
                tab_id=tab.id, by=ada, role=Role.STAFF, now=SOON, wanted=gift
            )
            for tab in tables
        ]
    )

    assert sum(isinstance(each, AboveGiftLimit) for each in outcomes) == 1
