"""Merging and splitting tabs, open and closed, with part-payments, and undoing it to the unit."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Line, Rearrangement, Tab, TabClaim, TabEvent
from orders.rules.claims import ClaimState, ClaimWay
from orders.rules.rearranging import NothingLeft, PartTooSmall, SplitUnclear
from orders.rules.reductions import ReductionKind
from orders.rules.roles import Role
from orders.selectors import bills
from orders.services import lines, tabs
from orders.services.handing_over import ColleagueUnknown, HandOver, NothingHandedOver
from orders.services.lines import LineUnknown, NewLine
from orders.services.merging import NotTogether
from orders.services.rearrangements import ChangedSince, NotRearranged, RearrangementUnknown
from orders.services.reductions import Wanted
from payments.gateway.snapshots import PageStatus
from payments.models import LedgerEntry, PaymentRequest, Receipt, Reminder
from payments.rules.accounts import Account, CounterMethod
from payments.rules.allocation import Choice, LineTaken, PayMode
from payments.selectors import balances
from payments.services import (
    checkout,
    closing,
    counter,
    counter_reversals,
    rearranging,
    reducing,
)
from payments.services.counter import Taken
from payments.services.counter_reversals import MoneyMovedOn
from payments.services.rearranging import PaidSince, Parts
from payments.services.reasking import MoreWasPaid, PaymentUnderWay
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu(larkspur, vat):
    """Prices that do not divide by three."""
    prices = {"Shakshuka": 1490, "Eggs": 1260, "Juice": 420, "Cake": 500}
    return {
        name: factories.make_item(larkspur, name, minor, tax=vat) for name, minor in prices.items()
    }


@pytest.fixture
def table(larkspur, ada, menu):
    """Opens a table with these things on it; closed if asked to be."""

    def make(*names, closed=False, label="Table 9", **details):
        tab = factories.make_tab(
            larkspur, ada, *(menu[name] for name in names), label=label, **details
        )
        if closed:
            closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
        return Tab.objects.get(id=tab.id)

    return make


@pytest.fixture
def act(ada):
    """Does one of the things, as Ada, a little later."""

    class Act:
        def merge(self, tab, other, **more):
            return rearranging.merge(tab_id=tab.id, other_id=other.id, by=ada, now=SOON, **more)

        def split(self, tab, **how):
            return rearranging.split(tab_id=tab.id, parts=Parts(**how), by=ada, now=SOON)

        def undo(self, made):
            return rearranging.undo(tab_id=made.tab_id, rearrangement_id=made.id, by=ada, now=LATER)

        def pay(self, tab, minor):
            taken = Taken(
                method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money.zero("EUR")
            )
            return counter.record_counter_payment(
                tab_id=tab.id, by=ada, taken=taken, request_key=uuid4().hex, now=SOON
            )

    return Act()


def read(*tabs):
    return [Tab.objects.get(id=tab.id) for tab in tabs]


def totals(*tabs):
    """What each tab comes to, which its lines must agree with."""
    found = read(*tabs)
    for tab in found:
        if not tab.is_merged:
            assert bills.get_bill(tab_id=tab.id).totals.total == tab.total
    return [tab.total_minor for tab in found]


def owed(*tabs):
    return [balances.get_standing(tab).balance.minor for tab in read(*tabs)]


def parts_of(made):
    return list(made.tabs.exclude(id=made.tab_id).order_by("number"))


def whole():
    """Everything that can be seen of tabs and lines, to be compared before and after."""
    tabs_seen = Tab.objects.exclude(status="merged").values(
        "id", "status", "total_minor", "rounding_minor", "due_at", "token_card_id", "merged_into"
    )
    lines_seen = Line.objects.filter(voided_at=None).values(
        "id", "tab_id", "quantity", "unit_price_minor", "off_minor", "moved_minor"
    )
    return (
        sorted(tabs_seen, key=lambda row: row["id"]),
        sorted(lines_seen, key=lambda row: row["id"]),
    )


def balance_of(account):
    return LedgerEntry.objects.all().balance_of(account, "EUR").minor


def kinds(tab):
    return list(TabEvent.objects.filter(tab=tab).order_by("id").values_list("kind", flat=True))


# --- Merging -------------------------------------------------------------------------------------
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


# --- Splitting -----------------------------------------------------------------------------------
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_evenly_by_three_loses_no_cent(table, act, closed):
    tab = table("Shakshuka", "Eggs", "Juice", closed=closed)

    made = act.split(tab, ways=3)

    parts = parts_of(made)
    assert totals(tab, *parts) == [1057, 1057, 1056]
    assert {part.status for part in parts} == {"closed" if closed else "open"}
    assert [part.label for part in parts] == ["Table 9 2/3", "Table 9 3/3"]
    assert {part.due_at for part in parts} == {read(tab)[0].due_at}
    if closed:
        assert owed(tab, *parts) == [1057, 1057, 1056]
        assert PaymentRequest.objects.filter(state="pending").count() == 3
        assert balance_of(Account.RECEIVABLE) == 3170
        assert balance_of(Account.TAX) + balance_of(Account.SALES) == -3170


def test_after_a_part_payment_only_what_is_left_is_split(table, act):
    tab = table("Shakshuka", "Eggs", "Juice", closed=True)
    act.pay(tab, 2000)

    made = act.split(tab, ways=3)

    assert owed(tab, *parts_of(made)) == [390, 390, 390]
    assert totals(tab, *parts_of(made)) == [2390, 390, 390]


def test_each_part_is_paid_for_itself(table, act):
    tab = table("Shakshuka", "Eggs", "Juice", closed=True)
    parts = parts_of(act.split(tab, ways=3))

    for part, minor in zip((tab, *parts), (1057, 1057, 1056), strict=True):
        act.pay(part, minor)

    assert {each.status for each in read(tab, *parts)} == {"settled"}
    assert balance_of(Account.RECEIVABLE) == 0
    paid_tax = sum(
        tax["tax_minor"] for receipt in Receipt.objects.all() for tax in receipt.content["taxes"]
    )
    assert paid_tax == -balance_of(Account.TAX)


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ({"weights": [2, 1, 1]}, [1585, 793, 792]),
        ({"amounts": [Money(1000, "EUR"), Money(500, "EUR")]}, [1670, 1000, 500]),
    ],
    ids=["weights", "amounts"],
)
def test_by_weights_and_by_amounts(table, act, how, wanted):
    tab = table("Shakshuka", "Eggs", "Juice")

    made = act.split(tab, **how)

    assert totals(tab, *parts_of(made)) == wanted


def test_by_lines_they_go_whole(table, act):
    tab = table("Shakshuka", "Eggs", "Juice", closed=True)
    eggs, juice = (tab.lines.get(name=name) for name in ("Eggs", "Juice"))

    made = act.split(tab, groups=[[eggs.id], [juice.id]])

    assert owed(tab, *parts_of(made)) == [1490, 1260, 420]
    assert [part.lines.get() for part in parts_of(made)] == [eggs, juice]


@pytest.mark.parametrize("how", ["ways", "groups", "amounts"])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_a_split_is_undone_to_the_unit(table, act, closed, how):
    tab = table("Shakshuka", "Eggs", "Juice", closed=closed)
    if closed:
        act.pay(tab, 300)
    before, was_owed = whole(), owed(tab)
    asked = {
        "ways": 3,
        "groups": [[tab.lines.get(name="Eggs").id]],
        "amounts": [Money(1000, "EUR")],
    }

    made = act.split(tab, **{how: asked[how]})
    for _twice in range(2):
        act.undo(made)

    assert (whole(), owed(tab)) == (before, was_owed)
    assert {each.status for each in parts_of(made)} == {"merged"}
    assert all(not owed(part)[0] for part in parts_of(made))


def test_tax_on_top_and_service_keep_the_sum(northfold, yousef):
    tax = northfold.tax_rates.create(name="VAT", rate=Decimal(5))
    northfold.service_charge_rate = Decimal("12.5")
    northfold.save()
    items = [
        factories.make_item(northfold, f"Advice {n}", 11_130 + n * 70, tax=tax) for n in (1, 2)
    ]
    tab = factories.make_tab(northfold, yousef, *items)
    before = whole()
    assert tab.total_minor == 26_400

    made = rearranging.split(tab_id=tab.id, parts=Parts(ways=7), by=yousef, now=SOON)

    whole_sum = sum(totals(tab, *parts_of(made)))
    assert whole_sum == 26_400
    assert max(totals(*parts_of(made))) - min(totals(*parts_of(made))) <= 10
    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=yousef, now=LATER)
    assert whole() == before


def test_a_line_somebody_has_paid_for_stays(table, act, wish, book):
    tab = table("Shakshuka", "Eggs", "Juice", closed=True)
    eggs = tab.lines.get(name="Eggs")
    own = wish(1260)
    own = type(own)(
        **{name: getattr(own, name) for name in own.__dataclass_fields__}
        | {"choice": Choice(mode=PayMode.ITEMS, line_ids=(eggs.id,))}
    )
    attempt = checkout.open_page(tab_id=tab.id, wish=own, now=EVENING)
    book.pay(attempt.session_id, at=EVENING)
    checkout.refresh(attempt_id=attempt.id, now=EVENING)

    with pytest.raises(LineTaken):
        act.split(tab, groups=[[eggs.id]])
    made = act.split(tab, ways=2)

    assert owed(tab, *parts_of(made)) == [955, 955]
    eggs.refresh_from_db()
    assert eggs.moved_minor == 0


def test_more_than_was_paid_must_stay(table, act):
    tab = table("Shakshuka", "Eggs", closed=True)
    act.pay(tab, 1500)

    with pytest.raises(MoreWasPaid):
        act.split(tab, groups=[[tab.lines.get(name="Eggs").id]])


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({}, SplitUnclear),
        ({"ways": 1}, SplitUnclear),
        ({"ways": 21}, SplitUnclear),
        ({"ways": 2, "weights": [1, 1]}, SplitUnclear),
        ({"weights": [1, 0]}, SplitUnclear),
        ({"amounts": [Money(100, "GBP")]}, SplitUnclear),
        ({"amounts": [Money(1490, "EUR")]}, NothingLeft),
        ({"amounts": [Money(1480, "EUR")]}, PartTooSmall),
        ({"amounts": [Money(10, "EUR")]}, PartTooSmall),
        ({"groups": [["ALL"]]}, NothingLeft),
        ({"groups": [[]]}, NothingLeft),
        ({"groups": [[uuid4()]]}, LineUnknown),
        ({"groups": [["ALL"], ["ALL"]]}, LineUnknown),
    ],
    ids=["no_way", "one", "many", "two_ways", "no_weight", "foreign", "all_of_it", "rest_small",
         "part_small", "all_lines", "no_line", "unknown", "twice"],
)  # fmt: skip
def test_a_split_that_is_none_changes_nothing(table, act, how, refusal):
    tab = table("Shakshuka")
    line = tab.lines.get()
    if "groups" in how:
        how = {"groups": [[line.id if id_ == "ALL" else id_ for id_ in group]
                          for group in how["groups"]]}  # fmt: skip
    before = whole()

    with pytest.raises(refusal):
        act.split(tab, **how)

    assert whole() == before


def test_a_payment_after_the_split_makes_it_final(table, act):
    tab = table("Shakshuka", "Eggs", closed=True)
    made = act.split(tab, ways=2)
    act.pay(parts_of(made)[0], 500)

    with pytest.raises(PaidSince):
        act.undo(made)


def test_a_part_that_was_paid_makes_it_final(table, act):
    tab = table("Shakshuka", "Eggs", closed=True)
    made = act.split(tab, ways=2)
    act.pay(tab, 1375)

    with pytest.raises(PaidSince):
        act.undo(made)


def test_a_share_that_was_changed_or_a_part_with_more_on_it_stays(table, act, niamh, ada, menu):
    tab = table("Shakshuka", "Eggs")
    made = act.split(tab, ways=2)
    [part] = parts_of(made)
    gift = Wanted(kind=ReductionKind.COMP, reason="A kindness", line_id=part.lines.first().id)
    given = reducing.reduce_tab(tab_id=part.id, by=niamh, role=Role.MANAGER, now=SOON, wanted=gift)
    with pytest.raises(ChangedSince):
        act.undo(made)
    reducing.withdraw(tab_id=part.id, reduction_id=given.id, by=niamh, now=SOON)
    wanted = [NewLine(item_id=menu["Cake"].id)]
    [cake] = lines.add_lines(tab_id=part.id, by=ada, now=SOON, wanted=wanted)
    with pytest.raises(ChangedSince):
        act.undo(made)

    lines.remove_line(tab_id=part.id, line_id=cake.id, by=ada, now=SOON)
    act.undo(made)

    assert totals(tab) == [2750]


def test_a_comp_moves_with_its_line_and_can_still_be_taken_back(table, act, niamh):
    tab = table("Shakshuka", "Eggs")
    eggs = tab.lines.get(name="Eggs")
    half = Wanted(kind=ReductionKind.DISCOUNT, reason="Cold", line_id=eggs.id, percent=Decimal(50))
    made = reducing.reduce_tab(tab_id=tab.id, by=niamh, role=Role.MANAGER, now=SOON, wanted=half)
    [part] = parts_of(act.split(tab, groups=[[eggs.id]]))
    assert totals(tab, part) == [1490, 630]

    reducing.withdraw(tab_id=part.id, reduction_id=made.id, by=niamh, now=LATER)

    assert totals(tab, part) == [1490, 1260]


def test_the_same_split_again_is_the_same(table, act):
    tab = table("Shakshuka", "Eggs")

    first = act.split(tab, ways=2, request_key="k")
    again = act.split(tab, ways=2, request_key="k")

    assert (first, Tab.objects.count()) == (again, 2)


def test_a_shared_line_keeps_its_number_and_leaves_a_trace(table, act, ada):
    tab = table("Shakshuka", "Eggs")
    [part] = parts_of(act.split(tab, ways=2))
    share = part.lines.first()

    with pytest.raises(lines.LineReduced):
        lines.change_line(tab_id=part.id, line_id=share.id, by=ada, now=SOON, quantity=2)
    lines.remove_line(tab_id=part.id, line_id=share.id, by=ada, now=SOON)

    share.refresh_from_db()
    assert share.is_void


def test_receipts_and_mails_of_a_part_say_what_is_shared(table, act):
    tab = table("Shakshuka", "Eggs", closed=True, email="grace@example.org")
    [part] = parts_of(act.split(tab, ways=2))

    act.pay(tab, 1375)
    act.pay(part, 1375)

    contents = list(Receipt.objects.values_list("content", flat=True))
    assert all(line["is_shared"] for content in contents for line in content["lines"])
    [sums] = {(content["rounding_minor"], content["total_minor"]) for content in contents}
    assert sums == (0, 1375)
    assert "a share of it" in tab.messages.get(kind="receipt").text


# --- Handing over --------------------------------------------------------------------------------
def test_a_colleague_takes_over_and_gives_back(table, ada, niamh):
    tab = table("Shakshuka")

    made = rearranging.hand_over(
        tab_id=tab.id, to=HandOver(colleague=niamh, label="Garden"), by=ada, now=SOON
    )
    [tab] = read(tab)
    became = (tab.in_charge, tab.label, tab.total_minor)
    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)

    [tab] = read(tab)
    assert became == (niamh, "Garden", 1490)
    assert (tab.in_charge, tab.label) == (None, "Table 9")
    assert kinds(tab)[-2:] == ["handed_over", "hand_over_undone"]


def test_another_guest_gets_the_link_and_the_earlier_ones_open_nothing(table, ada, larkspur):
    tab = table("Shakshuka", email="grace@example.org")
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    donal = larkspur.customers.create(name="Donal", email="donal@example.org", created_at=EVENING)

    made = rearranging.hand_over(tab_id=tab.id, to=HandOver(customer=donal), by=ada, now=SOON)
    live = PaymentRequest.objects.get(state="pending")
    worked = tab.links.filter(revoked_at=None).count()
    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)

    assert (live.email, worked, closed.tab.id) == ("donal@example.org", 0, tab.id)
    live.refresh_from_db()
    assert live.email == "grace@example.org"
    assert tab.links.filter(revoked_at=None).count() == tab.links.count() > 0


def test_who_does_not_work_here_takes_nothing_over(table, ada, mallory):
    with pytest.raises(ColleagueUnknown):
        rearranging.hand_over(
            tab_id=table("Eggs").id, to=HandOver(colleague=mallory), by=ada, now=SOON
        )


def test_handing_over_to_nobody_is_nothing(table, ada):
    with pytest.raises(NothingHandedOver):
        rearranging.hand_over(tab_id=table("Eggs").id, to=HandOver(), by=ada, now=SOON)


def test_a_tab_handed_on_is_not_handed_back(table, ada, niamh):
    tab = table("Eggs")
    made = rearranging.hand_over(tab_id=tab.id, to=HandOver(colleague=niamh), by=ada, now=SOON)
    rearranging.hand_over(tab_id=tab.id, to=HandOver(label="Bar"), by=ada, now=SOON)

    with pytest.raises(ChangedSince):
        rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)
