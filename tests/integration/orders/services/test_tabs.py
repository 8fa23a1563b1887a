from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from config.kernel.money import MAX_MINOR, Money
from orders import events as facts
from orders.models import Customer, Tab, TabEvent
from orders.rules.addresses import PhoneUnclear
from orders.rules.tab_states import IllegalMove, TabNotOpen, TabStatus
from orders.rules.texts import ReasonMissing, TextTooLong
from orders.services import cards, lines, sending, tabs, tokens
from orders.services.cards import TokenInUse, TokenLost, TokenUnknown
from orders.services.customers import EmailUnclear
from orders.services.party import GuestsCountUnclear
from orders.services.tabs import AboveChargeLimit, NothingToPay
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(hours=1)


def kinds(tab):
    return [event.kind for event in TabEvent.objects.filter(tab=tab).order_by("id")]


def test_a_tab_is_opened_with_everything_that_is_known(larkspur, ada, mint):
    tab = tabs.open_tab(
        venue=larkspur,
        by=ada,
        now=EVENING,
        label="  Table  4 ",
        guest_name="Dónal Keane",
        email="Donal@Keane.Example",
        phone="01 677 1234",
        token_code="mint 1",
        guests_count=2,
    )

    tab.refresh_from_db()
    larkspur.refresh_from_db()
    assert (tab.label, tab.number, tab.status, tab.currency) == ("Table 4", 1, "open", "EUR")
    assert (tab.token_card, tab.token_code) == (mint, "MINT-01")
    assert tab.customer == Customer.objects.get(
        email="donal@keane.example", phone="+35316771234", name="Dónal Keane"
    )
    assert (tab.guests_count, tab.opened_by, tab.opened_at) == (2, ada, EVENING)
    assert tab.terms.number == 1
    assert len(tab.guest_key) == 12
    assert kinds(tab) == ["opened"]
    assert larkspur.board_version == 2


def test_tab_numbers_rise_within_a_venue(larkspur, odile, ada):
    numbers = [factories.make_tab(larkspur, ada).number for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert factories.make_tab(odile, ada).number == 1


def test_a_refused_opening_uses_no_number(larkspur, ada, mint):
    factories.make_tab(larkspur, ada, token_code="MINT-01")
    with pytest.raises(TokenInUse):
        factories.make_tab(larkspur, ada, token_code="MINT-01")

    assert factories.make_tab(larkspur, ada).number == 2


def test_the_same_request_opens_one_tab(larkspur, ada, mint):
    first, again = (
        tabs.open_tab(
            venue=larkspur, by=ada, now=EVENING, token_code="MINT-01", request_key="click"
        )
        for _ in range(2)
    )

    assert again == first
    assert Tab.objects.count() == 1
    assert kinds(first) == ["opened"]


def test_the_same_key_at_another_venue_is_another_request(larkspur, odile, ada):
    first = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, request_key="click")
    other = tabs.open_tab(venue=odile, by=ada, now=EVENING, request_key="click")

    assert other != first
    assert other.venue == odile


def test_a_card_in_use_names_the_tab_that_has_it(larkspur, ada, mint):
    factories.make_tab(larkspur, ada, token_code="MINT-01", label="Window")

    with pytest.raises(TokenInUse, match="MINT-01 is on another open tab: Window"):
        tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="mint1", request_key="x")


@pytest.mark.parametrize("typed", ["MINT-99", "nonsense", "42"])
def test_a_card_nobody_printed_is_unknown(larkspur, ada, mint, typed):
    with pytest.raises(TokenUnknown):
        tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code=typed)


def test_a_card_of_another_venue_is_unknown(odile, ada, mint):
    with pytest.raises(TokenUnknown):
        tabs.open_tab(venue=odile, by=ada, now=EVENING, token_code="MINT-01")


def test_a_lost_card_is_not_handed_out(larkspur, ada, mint):
    tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING)

    with pytest.raises(TokenLost):
        tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="MINT-01")


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        ({"label": "x" * 61}, TextTooLong),
        ({"guest_name": "x" * 81}, TextTooLong),
        ({"email": "donal@"}, EmailUnclear),
        ({"email": "x" * 250 + "@example.org"}, EmailUnclear),
        ({"phone": "12"}, PhoneUnclear),
        ({"guests_count": 0}, GuestsCountUnclear),
        ({"guests_count": 1000}, GuestsCountUnclear),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_opened(larkspur, ada, details, refusal):
    with pytest.raises(refusal):
        tabs.open_tab(venue=larkspur, by=ada, now=EVENING, **details)

    assert Tab.objects.count() == Customer.objects.count() == 0


def test_a_regular_is_found_again_by_address_or_number(larkspur, ada):
    first = factories.make_tab(larkspur, ada, email="donal@keane.example", phone="01 677 1234")

    by_email = factories.make_tab(larkspur, ada, email="DONAL@keane.example ")
    by_phone = factories.make_tab(larkspur, ada, phone="+353 1 677 1234")

    assert by_email.customer == by_phone.customer == first.customer


def test_a_counter_that_was_turned_back_is_no_answer(larkspur, ada, mint):
    factories.make_tab(larkspur, ada)
    type(larkspur).objects.update(next_tab_number=1)

    with pytest.raises(IntegrityError):
        tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="MINT-01", request_key="x")


@pytest.fixture
def holder_leaves(larkspur, ada, mint, monkeypatch):
    """A tab has MINT-01, and ends in the very moment in which somebody is told so."""
    holder = factories.make_tab(larkspur, ada, token_code="MINT-01")
    refuse = cards.refuse_if_held

    def leave_first(**which):
        tabs.void_tab(tab_id=holder.id, by=ada, now=EVENING, reason="Gone")
        refuse(**which)

    monkeypatch.setattr(cards, "refuse_if_held", leave_first)


def test_a_card_freed_at_that_moment_goes_to_the_new_tab(larkspur, ada, mint, holder_leaves):
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="MINT-01")

    assert tab.token_card == mint


def test_a_card_freed_at_that_moment_goes_to_the_tab_that_asks(tab, ada, mint, holder_leaves):
    moved = tabs.change_card(tab_id=tab.id, by=ada, now=EVENING, token_code="MINT-01")

    assert moved.token_card == mint


def test_closing_freezes_the_sum_and_starts_the_clock(tab, ada, niamh):
    closed = tabs.close_tab(tab_id=tab.id, by=niamh, now=EVENING)

    closed.refresh_from_db()
    assert closed.status == TabStatus.CLOSED
    assert closed.total == Money(320, "EUR")
    assert (closed.closed_at, closed.closings) == (EVENING, 1)
    assert closed.due_at == datetime(2026, 3, 7, 23, 59, tzinfo=UTC)
    assert kinds(closed) == ["opened", "line_added", "sent", "closed"]
    assert all(line.sent_at == EVENING for line in closed.lines.all())


def test_closing_frees_the_card_and_remembers_its_code(larkspur, ada, scone, mint):
    tab = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")

    closed = tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)

    assert (closed.token_card, closed.token_code) == (None, "MINT-01")
    assert factories.make_tab(larkspur, ada, token_code="MINT-01").token_card == mint


def test_closing_with_an_address_puts_the_guest_on_file(tab, ada):
    closed = tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING, email="Donal@keane.example")

    closed.refresh_from_db()
    assert closed.customer == Customer.objects.get(email="donal@keane.example")
    told = TabEvent.objects.get(tab=tab, kind="closed")
    assert told.data == {"total_minor": 320, "email": "d•••@keane.example"}


def test_closing_is_announced_after_commit(
    tab, ada, django_capture_on_commit_callbacks, heard_facts
):
    with django_capture_on_commit_callbacks(execute=True):
        tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
        assert heard_facts == []

    assert heard_facts == [facts.TabClosed(tab_id=tab.id)]


def test_a_tab_with_nothing_to_pay_is_not_closed(larkspur, ada, tab):
    empty = factories.make_tab(larkspur, ada)
    line = tab.lines.get()
    lines.void_line(tab_id=tab.id, line_id=line.id, by=ada, now=EVENING, reason="Made wrong")

    for each in (empty, tab):
        with pytest.raises(NothingToPay):
            tabs.close_tab(tab_id=each.id, by=ada, now=EVENING)

    assert Tab.objects.open().count() == 2


def test_a_tab_that_grew_beyond_any_card_is_not_closed(larkspur, ada):
    yacht = factories.make_item(larkspur, "Yacht", MAX_MINOR)
    tab = factories.make_tab(larkspur, ada, yacht)
    larkspur.service_charge_rate = 10
    larkspur.save()

    with pytest.raises(AboveChargeLimit):
        tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)


def test_a_tab_is_closed_once(tab, ada):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)

    with pytest.raises(IllegalMove):
        tabs.close_tab(tab_id=tab.id, by=ada, now=LATER)


def test_a_bad_address_closes_nothing(tab, ada):
    with pytest.raises(EmailUnclear):
        tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING, email="donal(at)keane")

    tab.refresh_from_db()
    assert tab.is_open


def test_a_closed_tab_can_be_opened_again_with_a_reason(tab, niamh):
    tabs.close_tab(tab_id=tab.id, by=niamh, now=EVENING)

    again = tabs.reopen_tab(tab_id=tab.id, by=niamh, now=LATER, reason=" One more ")

    assert again.is_open
    assert (again.closed_at, again.due_at) == (None, None)
    assert TabEvent.objects.get(tab=tab, kind="reopened").data == {"reason": "One more"}


@pytest.mark.parametrize("undo", [tabs.reopen_tab, tabs.void_tab])
def test_what_the_guest_can_read_needs_a_reason(tab, niamh, undo):
    tabs.close_tab(tab_id=tab.id, by=niamh, now=EVENING)

    with pytest.raises(ReasonMissing):
        undo(tab_id=tab.id, by=niamh, now=LATER, reason="  ")


def test_an_open_tab_cannot_be_reopened(tab, niamh):
    with pytest.raises(IllegalMove):
        tabs.reopen_tab(tab_id=tab.id, by=niamh, now=EVENING, reason="Why not")


def test_a_voided_tab_gives_its_card_back_and_is_over(larkspur, niamh, ada, scone, mint):
    tab = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")

    void = tabs.void_tab(tab_id=tab.id, by=niamh, now=LATER, reason="Opened twice")

    assert (void.status, void.voided_at, void.token_card) == (TabStatus.VOID, LATER, None)
    with pytest.raises(IllegalMove):
        tabs.void_tab(tab_id=tab.id, by=niamh, now=LATER, reason="Again")


def test_a_paid_tab_is_settled_once_and_announced(
    tab, ada, django_capture_on_commit_callbacks, heard_facts
):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
    with django_capture_on_commit_callbacks(execute=True):
        settled = tabs.mark_settled(tab_id=tab.id, now=LATER)

    assert (settled.status, settled.settled_at) == (TabStatus.SETTLED, LATER)
    assert heard_facts == [facts.TabSettled(tab_id=tab.id)]
    with pytest.raises(IllegalMove):
        tabs.mark_settled(tab_id=tab.id, now=LATER)


def test_an_open_tab_cannot_be_settled(tab):
    with pytest.raises(IllegalMove):
        tabs.mark_settled(tab_id=tab.id, now=EVENING)


def test_new_lines_are_sent_together_and_once(tab, ada, scone):
    counts = [tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING) for _ in range(2)]

    assert counts == [1, 0]
    assert kinds(tab) == ["opened", "line_added", "sent"]


def test_serving_sends_what_was_not_sent_and_keeps_when_the_rest_was(tab, ada, scone):
    tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING)
    lines.add_lines(tab_id=tab.id, by=ada, now=LATER, wanted=[lines.NewLine(item_id=scone.id)])

    for _ in range(2):
        tabs.mark_served(tab_id=tab.id, by=ada, now=LATER)

    first, second = tab.lines.in_order()
    assert (first.sent_at, second.sent_at) == (EVENING, LATER)
    assert first.served_at == second.served_at == LATER
    assert kinds(tab).count("served") == 1


@pytest.mark.parametrize("step", [sending.send_lines, sending.mark_served])
def test_nothing_is_sent_from_a_closed_tab(tab, ada, step):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)

    with pytest.raises(TabNotOpen):
        step(tab_id=tab.id, by=ada, now=LATER)


def test_each_change_tells_the_board(tab, ada, niamh):
    def version():
        tab.venue.refresh_from_db()
        return tab.venue.board_version

    versions = [version()]
    for change in (
        lambda: tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING),
        lambda: tabs.mark_served(tab_id=tab.id, by=ada, now=EVENING),
        lambda: tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING),
        lambda: tabs.reopen_tab(tab_id=tab.id, by=niamh, now=EVENING, reason="More"),
        lambda: tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING),
        lambda: tabs.mark_settled(tab_id=tab.id, now=EVENING),
    ):
        change()
        versions.append(version())

    assert versions == list(range(versions[0], versions[0] + 7))


@pytest.mark.parametrize("count", [1, 3])
def test_opening_and_closing_take_a_constant_number_of_statements(
    larkspur, ada, scone, mint, *, django_assert_num_queries, count
):
    with django_assert_num_queries(7):  # Five, and the savepoint's two.
        tab = tabs.open_tab(
            venue=larkspur, by=ada, now=EVENING, token_code="MINT-01", label="Table 4"
        )
    wanted = [lines.NewLine(item_id=scone.id)] * count
    # Nothing was on it, and what is to be had has no choices: neither is asked for.
    with django_assert_num_queries(8):  # Six, and the savepoint's two.
        lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted, sent=True)
    with django_assert_num_queries(7):  # Five, and the savepoint's two.
        tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
