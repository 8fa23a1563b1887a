"""On the house and discounts on an open tab: what comes off, who may, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.models import Line, Reduction, ReductionPart, TabEvent
from orders.models.history import HistoryIsAppendOnly
from orders.rules.reductions import (
    AboveGiftLimit,
    NothingToReduce,
    ReductionKind,
    ReductionTooLarge,
    ReductionUnclear,
)
from orders.rules.roles import Role
from orders.rules.tab_states import TabNotOpen
from orders.rules.texts import ReasonMissing, TextTooLong
from orders.selectors import bills
from orders.services import lines, reductions, tabs
from orders.services.lines import LineReduced, LineUnknown, NewLine
from orders.services.reductions import LineMoved, ReductionUnknown, Wanted
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
LATER = EVENING + timedelta(minutes=10)
NEXT_DAY = EVENING + timedelta(days=1)


@pytest.fixture
def three(larkspur, ada, scone):
    """An open tab with three scones in one line: €9.60."""
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, label="Table 9")
    lines.add_lines(
        tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id, quantity=3)]
    )
    tab.refresh_from_db()
    return tab


@pytest.fixture
def give(niamh):
    """Takes something off a tab, as a manager unless told otherwise."""

    def make(tab, *, by=niamh, role=Role.MANAGER, now=LATER, kind="comp", **what):
        wanted = Wanted(kind=ReductionKind(kind), **{"reason": "The wait was long", **what})
        return reductions.reduce_tab(tab_id=tab.id, by=by, role=role, now=now, wanted=wanted)

    return make


def line_of(tab):
    return Line.objects.get(tab=tab)


def total_of(tab):
    tab.refresh_from_db()
    assert tab.total == bills.get_bill(tab_id=tab.id).totals.total
    return tab.total.minor


def told(tab, kind):
    return [event.data for event in TabEvent.objects.filter(tab=tab, kind=kind).order_by("id")]


def test_a_line_on_the_house_costs_nothing_and_says_why(tab, give, larkspur):
    version = larkspur.board_version

    made = give(tab, line_id=line_of(tab).id)

    line = line_of(tab)
    larkspur.refresh_from_db()
    assert (total_of(tab), line.amount.minor, line.full_amount.minor) == (0, 0, 320)
    assert [(each.is_comp, each.quantity, each.reason) for each in line.taken_off] == [
        (True, 1, "The wait was long")
    ]
    assert (made.amount, made.quantity) == (Money(320, "EUR"), 1)
    assert told(tab, "comp")[0]["amount_minor"] == 320
    assert larkspur.board_version > version


def test_some_of_a_line_on_the_house_leaves_the_rest(three, give):
    give(three, line_id=line_of(three).id, quantity=1)

    assert (total_of(three), line_of(three).units_left) == (640, 2)


def test_the_rest_of_a_line_may_follow(three, give):
    give(three, line_id=line_of(three).id, quantity=1)

    give(three, line_id=line_of(three).id)

    assert (total_of(three), line_of(three).units_left) == (0, 0)
    with pytest.raises(NothingToReduce):
        give(three, line_id=line_of(three).id)


def test_the_tax_follows(three, give):
    before = bills.get_bill(tab_id=three.id).totals.tax

    give(three, kind="discount", percent=Decimal(50))

    after = bills.get_bill(tab_id=three.id).totals
    assert (before.minor, after.tax.minor, after.total.minor) == (114, 57, 480)


def test_tax_on_top_follows_too(northfold, yousef, give):
    tax = northfold.tax_rates.create(name="VAT", rate=Decimal(5))
    tab = factories.make_tab(
        northfold, yousef, factories.make_item(northfold, "Advice", 12_500, tax=tax)
    )

    give(tab, by=yousef, kind="discount", percent=Decimal("12.5"))

    totals = bills.get_bill(tab_id=tab.id).totals
    assert (totals.subtotal.minor, totals.tax.minor, total_of(tab)) == (10_940, 550, 11_490)


def test_a_discount_on_the_tab_is_spread_over_its_lines(tab, ada, give, larkspur):
    item = factories.make_item(larkspur, "Loaf", 385)
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=item.id)])

    made = give(tab, kind="discount", percent=Decimal(10))

    assert total_of(tab) == 705 - 71
    assert sorted(made.parts.values_list("amount_minor", flat=True)) == [32, 39]


def test_what_comes_later_costs_its_full_price(tab, ada, give, scone):
    give(tab, kind="discount", percent=Decimal(50))

    lines.add_lines(tab_id=tab.id, by=ada, now=LATER, wanted=[NewLine(item_id=scone.id)])

    assert total_of(tab) == 160 + 320


def test_the_whole_tab_on_the_house(three, give):
    made = give(three)

    assert (total_of(three), made.amount.minor, line_of(three).units_left) == (0, 960, 0)


def test_a_discount_and_a_comp_never_go_below_zero(three, give):
    give(three, kind="discount", amount=Money(955, "EUR"), line_id=line_of(three).id)
    give(three, line_id=line_of(three).id, quantity=2)

    assert total_of(three) == 2
    with pytest.raises(ReductionTooLarge):
        give(three, kind="discount", amount=Money(3, "EUR"))


@pytest.mark.parametrize("kind", ["comp", "discount"])
def test_taking_it_back_restores_the_line(three, give, ada, kind):
    before = Line.objects.values().get(tab=three)
    what = {"percent": Decimal(20)} if kind == "discount" else {"quantity": 2}
    made = give(three, kind=kind, line_id=line_of(three).id, **what)

    for _twice in range(2):
        reductions.withdraw(tab_id=three.id, reduction_id=made.id, by=ada, now=LATER)

    assert (Line.objects.values().get(tab=three), total_of(three)) == (before, 960)
    assert len(told(three, f"{kind}_withdrawn")) == 1


def test_taking_one_back_leaves_the_other(three, give, ada):
    off = give(three, kind="discount", amount=Money(100, "EUR"), line_id=line_of(three).id)
    give(three, line_id=line_of(three).id, quantity=1)

    reductions.withdraw(tab_id=three.id, reduction_id=off.id, by=ada, now=LATER)

    assert total_of(three) == 960 - 287


def test_the_same_request_again_is_the_same_decision(three, give):
    first = give(three, line_id=line_of(three).id, quantity=1, request_key="once")
    again = give(three, line_id=line_of(three).id, quantity=1, request_key="once")

    assert (first, total_of(three)) == (again, 640)


def test_staff_give_away_up_to_the_venues_limit_a_day(larkspur, ada, three, tab, give):
    larkspur.gift_limit_minor = 400
    larkspur.save()
    as_staff = {"by": ada, "role": Role.STAFF}
    give(tab, **as_staff)

    with pytest.raises(AboveGiftLimit) as refusal:
        give(three, line_id=line_of(three).id, quantity=1, **as_staff)

    assert refusal.value.facts["left"] == Money(80, "EUR")
    give(three, kind="discount", amount=Money(80, "EUR"), **as_staff)
    give(three, line_id=line_of(three).id, quantity=1, now=NEXT_DAY, **as_staff)


def test_what_was_taken_back_counts_no_more(larkspur, ada, three, tab, give):
    larkspur.gift_limit_minor = 320
    larkspur.save()
    made = give(tab, by=ada, role=Role.STAFF)
    reductions.withdraw(tab_id=tab.id, reduction_id=made.id, by=ada, now=LATER)

    give(three, line_id=line_of(three).id, quantity=1, by=ada, role=Role.STAFF)

    assert total_of(three) == 640


def test_without_a_limit_staff_ask_a_manager(tab, ada, give):
    with pytest.raises(AboveGiftLimit):
        give(tab, by=ada, role=Role.STAFF)

    assert (total_of(tab), Reduction.objects.count()) == (320, 0)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ({"reason": "  "}, ReasonMissing),
        ({"reason": "x" * 161}, TextTooLong),
        ({"quantity": 4, "line_id": True}, ReductionUnclear),
        ({"kind": "discount"}, ReductionUnclear),
        ({"kind": "discount", "percent": Decimal(101)}, ReductionUnclear),
        ({"kind": "discount", "amount": Money(961, "EUR")}, ReductionTooLarge),
        ({"kind": "discount", "percent": Decimal("0.01")}, NothingToReduce),
    ],
    ids=["no_reason", "long_reason", "too_many", "no_size", "over_100", "too_much", "nothing"],
)
def test_what_cannot_be_taken_off_changes_nothing(three, give, what, refusal):
    if what.get("line_id"):
        what = what | {"line_id": line_of(three).id}

    with pytest.raises(refusal):
        give(three, **what)

    assert (total_of(three), Reduction.objects.count()) == (960, 0)


def test_a_line_of_another_tab_or_a_voided_one_is_unknown(three, tab, give, ada):
    lines.void_line(
        tab_id=three.id, line_id=line_of(three).id, by=ada, now=LATER, reason="Rung in twice"
    )

    for line in (line_of(tab), line_of(three)):
        with pytest.raises(LineUnknown):
            give(three, line_id=line.id)


def test_a_reduction_of_another_tab_is_unknown(three, tab, give, ada):
    made = give(tab)

    with pytest.raises(ReductionUnknown):
        reductions.withdraw(tab_id=three.id, reduction_id=made.id, by=ada, now=LATER)


def test_a_line_voided_meanwhile_keeps_its_reduction(three, give, ada):
    made = give(three, line_id=line_of(three).id, quantity=1)
    lines.void_line(
        tab_id=three.id, line_id=line_of(three).id, by=ada, now=LATER, reason="Rung in twice"
    )

    with pytest.raises(LineMoved):
        reductions.withdraw(tab_id=three.id, reduction_id=made.id, by=ada, now=LATER)


def test_a_closed_tab_is_left_to_payments(tab, give, ada):
    made = give(tab, kind="discount", percent=Decimal(10))
    tabs.close_tab(tab_id=tab.id, by=ada, now=LATER)

    with pytest.raises(TabNotOpen):
        give(tab)
    with pytest.raises(TabNotOpen):
        reductions.withdraw(tab_id=tab.id, reduction_id=made.id, by=ada, now=LATER)


def test_the_number_of_a_reduced_line_stays(three, give, ada):
    give(three, kind="discount", percent=Decimal(10))

    with pytest.raises(LineReduced):
        lines.change_line(tab_id=three.id, line_id=line_of(three).id, by=ada, now=LATER, quantity=1)


def test_a_reduced_line_that_is_removed_stays_on_the_bill_crossed_out(three, give, ada):
    give(three, kind="discount", percent=Decimal(10))

    lines.remove_line(tab_id=three.id, line_id=line_of(three).id, by=ada, now=LATER)

    assert (line_of(three).is_void, total_of(three)) == (True, 0)


def test_decisions_are_never_edited(tab, give):
    made = give(tab)

    for act in (made.save, made.delete, Reduction.objects.all().delete,
                ReductionPart.objects.all().delete):  # fmt: skip
        with pytest.raises(HistoryIsAppendOnly):
            act()
