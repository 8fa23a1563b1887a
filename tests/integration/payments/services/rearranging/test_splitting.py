"""Splitting tabs, open and closed, with part-payments, and undoing it to the unit."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Tab
from orders.rules.rearranging import NothingLeft, PartTooSmall, SplitUnclear
from orders.rules.reductions import ReductionKind
from orders.rules.roles import Role
from orders.services import lines
from orders.services.lines import LineUnknown, NewLine
from orders.services.rearrangements import ChangedSince
from orders.services.reductions import Wanted
from payments.models import PaymentRequest, Receipt
from payments.rules.accounts import Account
from payments.rules.allocation import Choice, LineTaken, PayMode
from payments.services import (
    checkout,
    rearranging,
    reducing,
)
from payments.services.rearranging import PaidSince, Parts
from payments.services.reasking import MoreWasPaid
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.moved import balance_of, owed, parts_of, read, totals, whole

pytestmark = pytest.mark.django_db


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
