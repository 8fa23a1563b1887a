"""Tabs that settle themselves: told in time, and charged what was told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from orders.rules.messages import MessageState
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.models import CardConsent, Payment
from payments.rules.accounts import CounterMethod
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.consent_scope import ConsentScope
from payments.services import (
    auto_settlement,
    closing,
    counter,
    saved_charges,
)
from payments.services.counter import Taken
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import (
    DAY,
    EUR_2180,
    HOUR,
    MINUTE,
    come_due,
    settlement_of,
)

pytestmark = pytest.mark.django_db


# --- Told ----------------------------------------------------------------------------------------
def test_a_card_on_file_plans_the_settlement_of_a_tab_that_owes(owing_tab):
    cards.keep_card(owing_tab.id, now=EVENING)

    settlement = settlement_of(owing_tab.id)
    assert settlement.state == AutoState.SCHEDULED
    assert settlement.charge_at == owing_tab.due_at
    assert settlement.next_at == owing_tab.due_at - DAY


def test_the_guest_is_told_the_amount_and_the_day(told_tab):
    settlement = settlement_of(told_tab.id)

    assert settlement.state == AutoState.NOTIFIED
    assert settlement.told == EUR_2180
    assert settlement.charge_at == told_tab.due_at
    assert settlement.notice.to == "donal@example.org"
    assert "€21.80" in settlement.notice.subject
    assert "Saturday 7 March" in settlement.notice.subject
    assert "[link]card/" in settlement.notice.text


def test_telling_twice_tells_once(told_tab):
    settlement = settlement_of(told_tab.id)

    auto_settlement.notify(settlement_id=settlement.id, now=EVENING + DAY)

    assert Message.objects.filter(kind="auto_notice").count() == 1


def test_a_tab_whose_notice_leaves_at_once_gets_no_second_mail(later_tab, ada):
    cards.keep_card(later_tab.id, now=EVENING)
    late = EVENING + 4 * HOUR + 29 * MINUTE

    closing.close_and_request(tab_id=later_tab.id, by=ada, now=late)

    row = settlement_of(later_tab.id)
    assert row.next_at == row.charge_at - DAY
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert ("payment_link" in kinds) == (row.next_at > late)


def test_another_guests_agreement_plans_nothing(later_tab, larkspur, ada, shakshuka):
    cards.keep_card(later_tab.id, ConsentScope.EVERY_TAB, now=EVENING)
    theirs = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="maeve@example.org")
    lines.add_lines(tab_id=theirs.id, by=ada, now=EVENING, wanted=[NewLine(item_id=shakshuka.id)])

    closing.close_and_request(tab_id=theirs.id, by=ada, now=EVENING)

    assert not theirs.auto_settlements.exists()


@pytest.mark.parametrize(
    ("scope", "planned"), [(ConsentScope.EVERY_TAB, 1), (ConsentScope.THIS_TAB, 0)]
)
def test_the_same_guests_next_tab_is_covered_only_if_agreed(
    later_tab, larkspur, ada, shakshuka, scope, planned
):
    cards.keep_card(later_tab.id, scope, now=EVENING)
    following = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="donal@example.org")
    wanted = [NewLine(item_id=shakshuka.id)]
    lines.add_lines(tab_id=following.id, by=ada, now=EVENING, wanted=wanted)

    closing.close_and_request(tab_id=following.id, by=ada, now=EVENING)

    assert following.auto_settlements.count() == planned


def test_more_than_the_cap_plans_nothing(later_tab, ada, shakshuka):
    cards.keep_card(later_tab.id, now=EVENING)
    assert CardConsent.objects.get().cap == Money(4000, "EUR")
    lines.add_lines(
        tab_id=later_tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=shakshuka.id)]
    )

    closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING)

    assert not later_tab.auto_settlements.exists()
    assert Message.objects.filter(kind="payment_link").exists()


# --- Charged -------------------------------------------------------------------------------------
def test_the_card_is_charged_when_it_is_due(told_tab, book):
    settlement = come_due(told_tab.id)

    assert settlement.state == AutoState.SETTLED
    assert book.taken == [EUR_2180]
    told_tab.refresh_from_db()
    assert told_tab.is_settled
    payment = Payment.objects.get()
    assert payment.receipt.email == "donal@example.org"
    assert (payment.amount, payment.tip) == (EUR_2180, Money(0, "EUR"))
    event = TabEvent.objects.get(tab=told_tab, kind="payment")
    assert event.actor == "card_on_file"


def test_charging_twice_charges_once(told_tab, book):
    settlement = come_due(told_tab.id)

    for _again in range(3):
        saved_charges.charge(settlement_id=settlement.id, now=settlement.charge_at + DAY)
        saved_charges.sweep(now=settlement.charge_at + DAY)

    assert book.taken == [EUR_2180]


def test_nothing_is_charged_before_its_time(told_tab, book):
    settlement = settlement_of(told_tab.id)

    saved_charges.charge(
        settlement_id=settlement.id, now=settlement.charge_at - timedelta(seconds=1)
    )

    assert book.taken == []


def test_what_was_paid_meanwhile_is_not_charged(told_tab, ada, book):
    counter.record_counter_payment(
        tab_id=told_tab.id,
        by=ada,
        taken=Taken(method=CounterMethod.CASH, amount=Money(2000, "EUR"), tip=Money(0, "EUR")),
        request_key="one",
        now=EVENING + 5 * HOUR,
    )

    come_due(told_tab.id)

    assert book.taken == [Money(180, "EUR")]


def test_a_tab_paid_in_cash_is_called_off_at_once(told_tab, ada, book):
    counter.record_counter_payment(
        tab_id=told_tab.id,
        by=ada,
        taken=Taken(method=CounterMethod.CASH, amount=EUR_2180, tip=Money(0, "EUR")),
        request_key="one",
        now=EVENING + 5 * HOUR,
    )

    settlement = settlement_of(told_tab.id)
    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.PAID_OTHERWISE)
    saved_charges.sweep(now=EVENING + 9 * DAY)
    assert book.taken == []


def test_a_notice_that_never_left_means_no_charge(owing_tab, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    saved_charges.sweep(now=settlement_of(owing_tab.id).next_at)

    settlement = come_due(owing_tab.id)

    assert settlement.state == AutoState.NOTIFIED
    assert settlement.next_at > owing_tab.due_at
    assert book.taken == []


def test_a_notice_that_left_late_moves_the_charge(owing_tab, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    saved_charges.sweep(now=settlement_of(owing_tab.id).next_at)
    cards.deliver_mails(now=owing_tab.due_at - HOUR)

    settlement = come_due(owing_tab.id)

    assert settlement.charge_at == owing_tab.due_at - HOUR + DAY
    assert book.taken == []
    assert come_due(owing_tab.id).state == AutoState.SETTLED


def test_a_notice_that_was_refused_means_the_link(owing_tab, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    saved_charges.sweep(now=settlement_of(owing_tab.id).next_at)
    Message.objects.filter(kind="auto_notice").update(state=MessageState.FAILED)

    settlement = come_due(owing_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.NOTICE_NOT_SENT)
    assert book.taken == []
