"""Merging tabs, open and closed, with part-payments, and undoing it to the unit."""

from __future__ import annotations

import pytest

from orders.models import Rearrangement, TabClaim
from orders.rules.claims import ClaimState, ClaimWay
from orders.rules.roles import Role
from orders.services import tabs
from orders.services.merging import NotTogether
from orders.services.rearrangements import ChangedSince, NotRearranged, RearrangementUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import PaymentRequest, Receipt, Reminder
from payments.rules.accounts import Account
from payments.selectors import balances
from payments.services import (
    checkout,
    closing,
    counter_reversals,
)
from payments.services.counter_reversals import MoneyMovedOn
from payments.services.rearranging import PaidSince
from payments.services.reasking import PaymentUnderWay
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.moved import balance_of, kinds, owed, read, totals, whole

pytestmark = pytest.mark.django_db


def test_two_open_tabs_become_one(table, act, mint):
    tab, other = table("Shakshuka"), table("Juice", token_code="MINT-01")

    made = act.merge(tab, other)

    [tab, other] = read(tab, other)
    assert totals(tab, other) == [1910, 0]
    assert (other.status, other.merged_into, other.token_card) == ("merged", tab, None)
    assert sorted(tab.lines.values_list("name", flat=True)) == ["Juice", "Shakshuka"]
    assert (kinds(tab)[-1], kinds(other)[-1]) == ("merged", "merged_away")
    assert made.moves.get().amount_minor == 420


def test_two_closed_tabs_ask_for_both_once(table, act):
    tab, other = table("Shakshuka", closed=True), table("Juice", closed=True)

    act.merge(tab, other)

    assert owed(tab, other) == [1910, 0]
    live = PaymentRequest.objects.get(state="pending")
    assert (live.tab, live.amount_minor) == (tab, 1910)
    assert not Reminder.objects.waiting().filter(tab=other).exists()
    assert balance_of(Account.RECEIVABLE) == 1910


def test_what_was_paid_on_the_other_counts_on_the_tab(table, act):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    payment = act.pay(other, 1000)
    receipt = Receipt.objects.values().get()

    act.merge(tab, other)

    [standing, empty] = [balances.get_standing(each) for each in read(tab, other)]
    assert (standing.paid.minor, standing.balance.minor) == (1000, 1750)
    assert (empty.paid.minor, empty.balance.minor) == (0, 0)
    assert balance_of(Account.TRANSFERS) == 0
    payment.refresh_from_db()
    assert (payment.tab, Receipt.objects.values().get()) == (other, receipt)


def test_merged_tabs_are_settled_by_the_last_payment(table, act):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    act.pay(other, 1000)
    act.merge(tab, other)

    act.pay(tab, 1750)

    assert [each.status for each in read(tab, other)] == ["settled", "merged"]
    assert balance_of(Account.RECEIVABLE) == 0


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_a_merge_is_undone_to_the_unit(table, act, closed, mint):
    tab = table("Shakshuka", "Cake", closed=closed)
    other = table("Eggs", "Juice", closed=closed, token_code="MINT-01")
    if closed:
        act.pay(other, 700)
    before, was_owed = whole(), owed(tab, other)

    made = act.merge(tab, other)
    for _twice in range(2):
        act.undo(made)

    assert (whole(), owed(tab, other)) == (before, was_owed)
    assert balance_of(Account.TRANSFERS) == 0
    assert (kinds(tab)[-1], kinds(other)[-1]) == ("merge_undone", "merge_undone")


def test_a_payment_after_the_merge_makes_it_final(table, act):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    act.pay(other, 700)
    made = act.merge(tab, other)
    act.pay(tab, 100)

    with pytest.raises(PaidSince):
        act.undo(made)

    assert owed(tab, other) == [1490 + 1260 - 800, 0]


def test_what_was_paid_before_the_merge_does_not(table, act):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    act.pay(tab, 700)

    act.undo(act.merge(tab, other))

    assert owed(tab, other) == [790, 1260]


def test_pages_of_both_are_closed_first(table, act, wish, book):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    checkout.open_page(tab_id=tab.id, wish=wish(1490), now=EVENING)
    checkout.open_page(tab_id=other.id, wish=wish(1260), now=EVENING)

    act.merge(tab, other)

    assert {page.status for page in book.pages.values()} == {PageStatus.EXPIRED}


def test_a_payment_that_is_on_its_way_stops_it(table, act, wish):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    checkout.open_page(tab_id=other.id, wish=wish(1260), now=EVENING).move_to("processing")
    before = whole()

    with pytest.raises(PaymentUnderWay):
        act.merge(tab, other)

    assert whole() == before


def test_browsers_come_along_and_leave_again(table, act):
    tab, other = table("Shakshuka"), table("Eggs")
    TabClaim.objects.create(
        tab=other, browser_digest="a" * 64, state=ClaimState.GRANTED,
        way=ClaimWay.FIRST_SCAN, created_at=EVENING,
    )  # fmt: skip

    made = act.merge(tab, other)
    came = TabClaim.objects.granted().filter(tab=tab).count()
    act.undo(made)

    assert (came, TabClaim.objects.filter(tab=tab).count()) == (1, 0)


def test_a_card_taken_meanwhile_does_not_come_back(table, act, mint):
    tab, other = table("Shakshuka"), table("Eggs", token_code="MINT-01")
    made = act.merge(tab, other)
    table("Cake", token_code="MINT-01")

    act.undo(made)

    [other] = read(other)
    assert (other.status, other.token_card, other.token_code) == ("open", None, "MINT-01")


def test_what_does_not_fit_is_not_merged(table, act, odile, sora):
    tab, closed = table("Shakshuka"), table("Eggs", closed=True)
    foreign = factories.make_tab(odile, sora, factories.make_item(odile, "Cut", 40_000))

    for other in (tab, closed, foreign):
        with pytest.raises(NotTogether):
            act.merge(tab, other)


def test_a_closed_tab_is_not_merged_with_itself(table, act):
    tab = table("Shakshuka", closed=True)

    with pytest.raises(NotTogether):
        act.merge(tab, tab)

    assert owed(tab) == [1490]


def test_a_settled_or_void_tab_is_not_merged(table, act, ada):
    tab, settled, void = table("Shakshuka"), table("Eggs", closed=True), table("Cake")
    act.pay(settled, 1260)
    tabs.void_tab(tab_id=void.id, by=ada, now=SOON, reason="Left")

    for other in (settled, void):
        with pytest.raises(NotRearranged):
            act.merge(tab, other)


def test_the_same_merge_again_is_the_same(table, act):
    tab, other = table("Shakshuka"), table("Eggs")

    first, again = act.merge(tab, other, request_key="k"), act.merge(tab, other, request_key="k")

    assert (first, Rearrangement.objects.count()) == (again, 1)


def test_only_the_newest_is_undone(table, act):
    tab, other, third = table("Shakshuka"), table("Eggs"), table("Cake")
    first = act.merge(tab, other)
    second = act.merge(tab, third)

    with pytest.raises(ChangedSince):
        act.undo(first)
    act.undo(second)
    act.undo(first)

    assert totals(tab, other, third) == [1490, 1260, 500]


def test_a_merge_of_tabs_closed_since_stays(table, act, ada):
    tab, other = table("Shakshuka"), table("Eggs")
    made = act.merge(tab, other)
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)

    with pytest.raises(ChangedSince):
        act.undo(made)


def test_what_was_taken_at_a_merged_tab_is_reversed_after_undoing(table, act, niamh):
    tab, other = table("Shakshuka", closed=True), table("Eggs", closed=True)
    payment = act.pay(other, 700)
    made = act.merge(tab, other)
    mistake = {
        "tab_id": other.id, "payment_id": payment.id, "by": niamh, "role": Role.MANAGER,
        "reason": "It was the card", "now": LATER,
    }  # fmt: skip

    with pytest.raises(MoneyMovedOn):
        counter_reversals.reverse(**mistake)
    act.undo(made)
    counter_reversals.reverse(**mistake)

    assert owed(tab, other) == [1490, 1260]


def test_something_unknown_is_not_undone(table, act):
    made = act.merge(table("Shakshuka"), table("Eggs"))
    made.tab_id = table("Cake").id

    with pytest.raises(RearrangementUnknown):
        act.undo(made)
