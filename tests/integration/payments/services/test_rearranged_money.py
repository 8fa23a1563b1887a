"""Refunds, disputes and cards on file of tabs that were merged, split or handed over."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from config.front.pages import disputes as shown_disputes
from config.front.pages import evidence
from config.kernel.money import Money
from orders.models import Tab
from orders.rules.roles import Role
from orders.services import customers
from orders.services.handing_over import HandOver
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import AutoSettlement, Dispute, LedgerEntry, PaymentRequest
from payments.rules.accounts import Account
from payments.rules.allocation import LineTaken
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.refund_states import RefundState
from payments.selectors import balances, payments, receipts, refunds
from payments.selectors.reminders import get_facts
from payments.services import (
    checkout,
    closing,
    rearranging,
    refunding,
    saved_charges,
    snapshots,
)
from payments.services import refunds as giving_back
from payments.services.rearranging import Parts
from payments.services.reasking import PaymentUnderWay
from payments.services.refunds import LineGivenBack, RefundWish
from tests import disputed, factories
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(larkspur, ada, vat):
    """Closes a table with one thing for each of these prices on it, tax inside."""

    def make(*prices, **details):
        items = [factories.make_item(larkspur, f"Dish {uuid4()}", each, tax=vat) for each in prices]
        tab = factories.make_tab(larkspur, ada, *items, **details)
        return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab

    return make


@pytest.fixture
def pay(wish, book):
    """Pays so much of a tab by card."""

    def make(tab, minor, now=SOON):
        choice = wish(minor, amount=minor, payer=uuid4().hex)
        attempt = checkout.open_page(tab_id=tab.id, wish=choice, now=now)
        book.pay(attempt.session_id, at=now)
        return snapshots.apply_checkout(book.pages[attempt.session_id], now=now).payment

    return make


@pytest.fixture
def give_back(niamh):
    def make(payment, minor=0, lines=(), now=LATER):
        return giving_back.refund(
            payment_id=payment.id,
            by=niamh,
            role=Role.MANAGER,
            wish=RefundWish(
                amount=Money(minor, "EUR"),
                tip=Money.zero("EUR"),
                reason="Cold",
                line_ids=tuple(line.id for line in lines),
            ),
            request_key=uuid4().hex,
            now=now,
        )

    return make


@pytest.fixture
def merge(ada):
    def make(tab, other, now=SOON):
        return rearranging.merge(tab_id=tab.id, other_id=other.id, by=ada, now=now)

    return make


def read(tab):
    return Tab.objects.select_related("venue", "terms", "customer").get(id=tab.id)


def owed(tab):
    return balances.get_standing(read(tab)).balance.minor


def booked(account):
    return LedgerEntry.objects.all().balance_of(account, "EUR").minor


@pytest.fixture
def chain(table, pay, merge):
    """Three tables, each part-paid by card; the first went into the second, that into the third."""
    tabs = [table(2000), table(3000), table(4000)]
    paid = [pay(tab, 1000) for tab in tabs]
    merge(tabs[1], tabs[0])
    merge(tabs[2], tabs[1])
    return read(tabs[2]), paid


# --- Merged tabs ---------------------------------------------------------------------------------
def test_a_chain_of_merges_shows_what_was_paid_at_every_level(chain):
    tab, paid = chain

    shown = payments.list_payments(tab_id=tab.id)

    assert {each.id for each in shown} == {each.id for each in paid}
    assert len(receipts.list_of(tab=tab)) == 3
    assert owed(tab) == 6000


def test_each_payment_of_a_chain_can_be_given_back_from_the_tab_that_has_the_lines(
    chain, give_back
):
    tab, paid = chain

    found = [refunds.find_options(tab=tab, payment_id=each.id) for each in paid]
    for each in paid:
        give_back(each, 500)

    assert [each.left.bill.minor for each in found] == [1000, 1000, 1000]
    assert len(payments.list_refunds(tab_id=tab.id)) == 3
    assert owed(tab) == 6000


def test_lines_that_came_over_are_given_back_on_a_payment_of_either_tab_but_once(
    table, pay, merge, give_back
):
    tab, other = table(1000), table(2000)
    first = pay(other, 1500)
    merge(tab, other)
    second = pay(tab, 1500)
    cheap = next(line for line in tab.lines.all() if line.amount.minor == 1000)

    made = give_back(first, lines=[cheap])
    with pytest.raises(LineGivenBack):
        give_back(second, lines=[cheap])

    assert made.state == RefundState.SUCCEEDED
    assert made.amount == Money(1000, "EUR")


def test_the_tax_of_lines_that_came_over_goes_back_too(table, pay, merge, give_back):
    tab, other = table(1000), table(2000)
    paid = pay(other, 1500)
    merge(tab, other)
    owed_to_the_state = -booked(Account.TAX)

    give_back(paid, 1500)

    assert owed_to_the_state > 0
    assert abs(-booked(Account.TAX) * 2 - owed_to_the_state) <= 1


def test_a_refund_of_a_merged_tab_that_comes_back_leaves_nothing_behind(
    table, pay, merge, give_back, book
):
    tab, other = table(1000), table(2000)
    paid = pay(other, 1500)
    merge(tab, other)
    tax, clearing = booked(Account.TAX), booked(Account.CLEARING)
    made = give_back(paid, 1500)
    taken_out = booked(Account.TAX)

    book.move_refund("re_1", RefundStatus.FAILED)
    refunding.take_over(made.id, book.refunds["re_1"], now=LATER)

    assert taken_out != tax
    assert (booked(Account.TAX), booked(Account.CLEARING)) == (tax, clearing)


def test_undoing_a_merge_keeps_what_was_given_back(table, pay, merge, give_back, ada):
    tab, other = table(1000), table(2000)
    paid = pay(other, 1500)
    give_back(paid, 300)
    made = merge(tab, other)

    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)

    assert (owed(tab), owed(other)) == (1000, 500)
    assert [each.amount.minor for each in payments.list_refunds(tab_id=other.id)] == [300]
    assert payments.list_refunds(tab_id=tab.id) == ()


# --- Split tabs ----------------------------------------------------------------------------------
def test_a_line_that_was_given_back_stays_where_it_was_paid(table, pay, give_back, ada):
    tab = table(1000, 2000, 500)
    paid = pay(tab, 1500)
    [cheap] = [line for line in tab.lines.all() if line.amount.minor == 1000]
    give_back(paid, lines=[cheap])

    with pytest.raises(LineTaken):
        rearranging.split(tab_id=tab.id, parts=Parts(groups=[[cheap.id]]), by=ada, now=LATER)
    made = rearranging.split(tab_id=tab.id, parts=Parts(ways=2), by=ada, now=LATER)

    assert cheap.id not in set(made.moves.values_list("line_id", flat=True))
    assert sum(owed(each) for each in made.tabs.all()) == 2000


def test_what_was_given_back_before_a_split_is_no_more_to_be_had_after(table, pay, give_back, ada):
    tab = table(2000, 2000)
    paid = pay(tab, 1000)
    give_back(paid, 400)

    rearranging.split(tab_id=tab.id, parts=Parts(ways=3), by=ada, now=LATER)

    options = refunds.find_options(tab=read(tab), payment_id=paid.id)
    assert options.left.bill == Money(600, "EUR")


# --- Disputes ------------------------------------------------------------------------------------
def test_a_dispute_goes_on_when_its_tab_is_merged(table, pay, merge):
    tab, other = table(1000), table(2000)
    dispute = disputed.dispute(pay(other, 1500))
    before = booked(Account.DISPUTED)

    merge(tab, other)

    assert [each.id for each in shown_disputes.of_tab(tab.id)] == [dispute.id]
    assert get_facts(read(tab), balances.get_standing(read(tab))).stop == "disputed"
    assert booked(Account.DISPUTED) == before == 1500
    assert owed(tab) == 1500


def test_the_evidence_of_a_merged_tab_has_its_lines_and_both_histories(table, pay, merge):
    tab, other = table(1000), table(2000)
    dispute = disputed.dispute(pay(other, 1500))
    merge(tab, other)

    pack = evidence.get_pack(
        Dispute.objects.select_related("payment__attempt", "payment__receipt", "tab").get(
            id=dispute.id
        )
    )

    sections = {section.key: section for section in pack.sections}
    assert pack.bill.total == Money(3000, "EUR")
    assert {event.tab_id for event in pack.events} == {tab.id, other.id}
    assert len(sections["payments"].entries) == 1


# --- Cards on file -------------------------------------------------------------------------------
def test_a_tab_merged_away_charges_no_card(owing_tab, table, merge, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    tab = table(1000)
    before = cards.settlement_of(owing_tab.id).state

    merge(tab, owing_tab)
    saved_charges.sweep(now=EVENING + timedelta(days=4))

    row = AutoSettlement.objects.get(tab=owing_tab)
    assert before == AutoState.SCHEDULED
    assert (row.state, row.why) == (AutoState.CANCELLED, Why.NOT_COVERED)
    assert "charge_saved" not in book.calls
    assert PaymentRequest.objects.get(tab=tab, state="pending").amount_minor == 3180


def test_a_card_pays_no_more_than_its_guest_was_told_after_a_merge(owing_tab, table, merge, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)

    merge(owing_tab, table(9000))
    cards.come_due(owing_tab.id)

    assert "charge_saved" not in book.calls
    assert owed(owing_tab) == 11180


def test_after_a_split_a_card_pays_only_what_stayed(owing_tab, ada, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)

    made = rearranging.split(tab_id=owing_tab.id, parts=Parts(ways=2), by=ada, now=SOON)
    cards.come_due(owing_tab.id)

    [part] = made.tabs.exclude(id=owing_tab.id)
    assert read(owing_tab).is_settled
    assert owed(part) == 1090
    assert not AutoSettlement.objects.filter(tab=part).exists()


def test_the_card_of_one_guest_does_not_pay_for_the_next(owing_tab, ada, book, larkspur):
    maeve = customers.find_or_create(
        venue=larkspur, name="Maeve", email="maeve@example.org", phone="", now=EVENING
    )
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)

    rearranging.hand_over(tab_id=owing_tab.id, to=HandOver(customer=maeve), by=ada, now=SOON)
    cards.come_due(owing_tab.id)

    assert "charge_saved" not in book.calls
    assert owed(owing_tab) == 2180


def test_a_card_that_is_being_charged_stops_a_merge(owing_tab, table, merge, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    cards.come_due(owing_tab.id)

    with pytest.raises(PaymentUnderWay):
        merge(table(1000), owing_tab)
