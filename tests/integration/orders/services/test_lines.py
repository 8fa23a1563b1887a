from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from config.kernel.money import MAX_MINOR, Money
from orders.models import Line, TabEvent
from orders.rules.modifiers import (
    ModifiersMissing,
    ModifierSoldOut,
    ModifierUnknown,
    TooManyModifiers,
)
from orders.rules.tab_states import TabNotOpen
from orders.rules.texts import ReasonMissing, TextTooLong
from orders.services import catalogue, lines, tabs
from orders.services.lines import (
    LineSent,
    LineUnknown,
    LineVoid,
    NewLine,
    TabTooLarge,
    TooManyLines,
)
from orders.services.ringing_up import ItemSoldOut, ItemUnknown, QuantityOutOfRange
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(minutes=10)


@pytest.fixture
def named(flat_white):
    """Finds the ids of a flat white's choices by name."""

    def find(*names):
        found = {
            modifier.name: modifier.id
            for group in flat_white.modifier_groups.all()
            for modifier in group.modifiers.all()
        }
        return [found[name] for name in names]

    return find


@pytest.fixture
def add(tab, ada):
    """Adds one line to the tab that has a scone on it."""

    def make(item, *modifier_ids, **details):
        wanted = [NewLine(item_id=item.id, modifier_ids=modifier_ids, **details)]
        return lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)[0]

    return make


def total_of(tab):
    tab.refresh_from_db()
    return tab.total


def told(tab, kind):
    return [event.data for event in TabEvent.objects.filter(tab=tab, kind=kind).order_by("id")]


def test_a_line_copies_everything_about_what_was_sold(tab, ada, add, flat_white, named):
    line = add(flat_white, *named("Oat", "Large", "No foam"), quantity=2, note=" Very  hot ")

    flat_white.name, flat_white.price_minor = "Flat brown", 999
    flat_white.save()
    line.refresh_from_db()
    assert (line.name, line.quantity, line.note) == ("Flat white", 2, "Very hot")
    assert line.unit_price == Money(380 + 50 + 60 - 20, "EUR")
    assert line.modifier_names == "Large, Oat, No foam"
    assert (line.tax_name, line.tax_rate) == ("VAT", Decimal("13.5"))
    assert (line.added_by, line.added_at, line.position) == (ada, EVENING, 2)
    assert not line.is_sent


def test_adding_raises_total_and_version_and_tells_the_history(tab, add, flat_white, named):
    before = tab.version

    add(flat_white, *named("Regular"), quantity=2)

    assert total_of(tab) == Money(320 + 760, "EUR")
    assert tab.version == before + 1
    assert told(tab, "line_added")[-1] == {
        "name": "Flat white",
        "quantity": 2,
        "amount_minor": 760,
    }


def test_tax_comes_on_top_where_prices_are_without(northfold, yousef):
    tax = northfold.tax_rates.create(name="Tax", rate=Decimal(5))
    session = factories.make_item(northfold, "Strategy session", 125_000, tax=tax)

    tab = factories.make_tab(northfold, yousef, session)

    assert tab.total == Money(131_250, "KWD")


def test_lines_from_software_are_sent_at_once(tab, ada, scone):
    wanted = [NewLine(item_id=scone.id)]

    line = lines.add_lines(tab_id=tab.id, by=ada, now=LATER, wanted=wanted, sent=True)[0]

    assert line.sent_at == LATER


def test_the_same_request_adds_one_line(tab, ada, scone):
    wanted = [NewLine(item_id=scone.id, request_key="tap")]

    first, again = (
        lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted) for _ in range(2)
    )

    assert again == first
    assert total_of(tab) == Money(640, "EUR")


def test_what_is_new_in_a_repeated_request_is_added(tab, ada, scone):
    tapped = [NewLine(item_id=scone.id, request_key="one")]
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=tapped)

    both = lines.add_lines(
        tab_id=tab.id,
        by=ada,
        now=EVENING,
        wanted=[*tapped, NewLine(item_id=scone.id, request_key="two")],
    )

    assert [line.request_key for line in both] == ["one", "two"]
    assert total_of(tab) == Money(960, "EUR")


def test_all_lines_are_added_or_none(tab, ada, scone):
    wanted = [NewLine(item_id=scone.id), NewLine(item_id=uuid4())]

    with pytest.raises(ItemUnknown):
        lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)

    assert tab.lines.count() == 1
    assert total_of(tab) == Money(320, "EUR")


@pytest.mark.parametrize("count", [0, 51])
def test_an_order_has_one_to_fifty_lines(tab, ada, scone, count):
    with pytest.raises(TooManyLines):
        lines.add_lines(
            tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id)] * count
        )


@pytest.mark.parametrize("quantity", [0, -1, 100, True, 1.0, "2"])
def test_a_quantity_is_a_whole_number_up_to_99(add, scone, quantity):
    with pytest.raises(QuantityOutOfRange):
        add(scone, quantity=quantity)


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        ([], ModifiersMissing),
        (["Regular", "Large"], TooManyModifiers),
        (["Large", "Extra shot", "Vanilla", "No foam"], TooManyModifiers),
    ],
)
def test_choices_keep_the_groups_bounds(*, tab, add, flat_white, named, names, refusal):
    with pytest.raises(refusal):
        add(flat_white, *named(*names))

    assert total_of(tab) == Money(320, "EUR")


def test_choices_of_another_item_or_sold_out_ones_are_refused(
    *, add, larkspur, ada, scone, flat_white, named
):
    oat = named("Oat")[0]
    with pytest.raises(ModifierUnknown):
        add(scone, oat)

    catalogue.set_modifier_available(modifier_id=oat, venue=larkspur, is_available=False, by=ada)

    with pytest.raises(ModifierSoldOut, match="Oat"):
        add(flat_white, *named("Regular"), oat)


def test_a_sold_out_item_is_refused_by_name(add, larkspur, ada, scone):
    catalogue.set_available(item_id=scone.id, venue=larkspur, is_available=False, by=ada)

    with pytest.raises(ItemSoldOut, match="Scone with jam is sold out"):
        add(scone)


def test_retired_items_and_those_of_others_are_unknown(add, larkspur, odile, scone):
    haircut = factories.make_item(odile, "Haircut", 45_000)
    catalogue.retire_item(item_id=scone.id, venue=larkspur, now=EVENING)

    for item in (scone, haircut):
        with pytest.raises(ItemUnknown):
            add(item)


def test_a_note_is_short(add, scone):
    with pytest.raises(TextTooLong):
        add(scone, note="x" * 121)


def test_a_tab_stays_below_what_can_be_charged(tab, add, larkspur):
    yacht = factories.make_item(larkspur, "Yacht", MAX_MINOR)

    with pytest.raises(TabTooLarge):
        add(yacht)

    assert total_of(tab) == Money(320, "EUR")


@pytest.mark.parametrize(
    "change",
    [
        lambda **who: lines.add_lines(wanted=[NewLine(item_id=uuid4())], **who),
        lambda **who: lines.change_line(line_id=uuid4(), quantity=2, **who),
        lambda **who: lines.remove_line(line_id=uuid4(), **who),
        lambda **who: lines.void_line(line_id=uuid4(), reason="Wrong", **who),
    ],
)
def test_the_lines_of_a_closed_tab_do_not_change(tab, ada, change):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)

    with pytest.raises(TabNotOpen, match="already closed"):
        change(tab_id=tab.id, by=ada, now=LATER)


@pytest.mark.parametrize(
    "change",
    [
        lambda **which: lines.change_line(quantity=2, **which),
        lines.remove_line,
        lambda **which: lines.void_line(reason="Wrong", **which),
    ],
)
def test_a_line_of_another_tab_is_unknown(tab, larkspur, ada, scone, change):
    other = factories.make_tab(larkspur, ada, scone)

    with pytest.raises(LineUnknown):
        change(tab_id=tab.id, line_id=other.lines.get().id, by=ada, now=EVENING)

    assert Line.objects.standing().count() == 2


def test_an_unsent_line_can_change(tab, ada):
    line = lines.change_line(
        tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=LATER, quantity=3, note=" Warm "
    )

    assert (line.quantity, line.note) == (3, "Warm")
    assert total_of(tab) == Money(960, "EUR")
    assert told(tab, "line_changed")[0]["quantity"] == 3


def test_changing_nothing_tells_nothing(tab, ada):
    before = tab.version

    lines.change_line(
        tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=LATER, quantity=1, note=""
    )

    tab.refresh_from_db()
    assert tab.version == before
    assert told(tab, "line_changed") == []


def test_of_a_sent_line_only_the_note_changes(tab, ada):
    tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING)
    which = {"tab_id": tab.id, "line_id": tab.lines.get().id, "by": ada, "now": LATER}

    assert lines.change_line(**which, note="On the side").note == "On the side"
    with pytest.raises(LineSent):
        lines.change_line(**which, quantity=2)
    with pytest.raises(LineSent):
        lines.remove_line(**which)
    assert total_of(tab) == Money(320, "EUR")


@pytest.mark.parametrize("quantity", [0, 100])
def test_a_changed_quantity_keeps_its_bounds(tab, ada, quantity):
    with pytest.raises(QuantityOutOfRange):
        lines.change_line(
            tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=LATER, quantity=quantity
        )


def test_a_changed_quantity_cannot_make_the_tab_too_large(tab, add, larkspur, ada):
    boat = factories.make_item(larkspur, "Boat", MAX_MINOR // 2)
    line = add(boat)

    with pytest.raises(TabTooLarge):
        lines.change_line(tab_id=tab.id, line_id=line.id, by=ada, now=LATER, quantity=2)

    line.refresh_from_db()
    assert line.quantity == 1


def test_an_unsent_line_can_be_taken_off(tab, ada):
    lines.remove_line(tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=LATER)

    assert tab.lines.count() == 0
    assert total_of(tab).is_zero
    assert told(tab, "line_removed") == [
        {"name": "Scone with jam", "quantity": 1, "amount_minor": 320}
    ]


@pytest.mark.parametrize("sent", [True, False])
def test_a_voided_line_stays_with_its_reason_and_counts_no_more(tab, ada, niamh, sent):
    if sent:
        tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING)

    line = lines.void_line(
        tab_id=tab.id, line_id=tab.lines.get().id, by=niamh, now=LATER, reason=" Made  wrong "
    )

    line.refresh_from_db()
    assert (line.void_reason, line.voided_by, line.voided_at) == ("Made wrong", niamh, LATER)
    assert total_of(tab).is_zero
    assert told(tab, "line_voided")[0]["reason"] == "Made wrong"


def test_voiding_needs_a_reason(tab, ada):
    with pytest.raises(ReasonMissing):
        lines.void_line(tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=LATER, reason=" \n")

    assert total_of(tab) == Money(320, "EUR")


@pytest.mark.parametrize(
    "change",
    [
        lambda **which: lines.void_line(reason="Again", **which),
        lambda **which: lines.change_line(note="Hot", **which),
        lines.remove_line,
    ],
)
def test_a_voided_line_never_changes_again(tab, ada, change):
    which = {"tab_id": tab.id, "line_id": tab.lines.get().id, "by": ada, "now": LATER}
    lines.void_line(**which, reason="Made wrong")

    with pytest.raises(LineVoid):
        change(**which)


def test_a_new_line_comes_after_voided_ones(tab, ada, add, scone):
    lines.void_line(tab_id=tab.id, line_id=tab.lines.get().id, by=ada, now=EVENING, reason="Wrong")

    assert add(scone).position == 2
