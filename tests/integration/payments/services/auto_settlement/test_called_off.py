"""Settlements that somebody calls off, and who else wants to know of them."""

from __future__ import annotations

import pytest

from orders.models import Message, Tab, TabEvent
from orders.rules.roles import Role
from orders.services import party
from payments.models import CardConsent
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.consent_states import ConsentState
from payments.rules.reminder_states import SkipReason
from payments.selectors import balances, card_on_file, reminders
from payments.services import (
    auto_settlement,
    closing,
    letting_go,
    reopening,
    saved_charges,
)
from payments.services.auto_settlement import NothingToCallOff
from tests.conftest import EVENING
from tests.integration.payments.cards import (
    DAY,
    HOUR,
    MINUTE,
    come_due,
    settlement_of,
)

pytestmark = pytest.mark.django_db


# --- Called off ----------------------------------------------------------------------------------
def test_not_this_time_charges_nothing_and_keeps_the_card(told_tab, book):
    auto_settlement.say_not_this_time(tab_id=told_tab.id, now=EVENING + 5 * HOUR)

    settlement = settlement_of(told_tab.id)
    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.NOT_THIS_TIME)
    saved_charges.sweep(now=EVENING + 9 * DAY)
    assert book.taken == []
    assert CardConsent.objects.get().is_active
    assert Message.objects.filter(kind="payment_link", source_key__contains="fresh").exists()


def test_not_this_time_twice_is_refused(told_tab):
    auto_settlement.say_not_this_time(tab_id=told_tab.id, now=EVENING)

    with pytest.raises(NothingToCallOff):
        auto_settlement.say_not_this_time(tab_id=told_tab.id, now=EVENING)


def test_staff_can_stop_it(told_tab, ada, book):
    auto_settlement.stop(tab_id=told_tab.id, by=ada, now=EVENING)

    assert settlement_of(told_tab.id).why == Why.STOPPED
    assert TabEvent.objects.get(tab=told_tab, kind="auto_cancelled").by == ada
    with pytest.raises(NothingToCallOff):
        auto_settlement.stop(tab_id=told_tab.id, by=ada, now=EVENING)


def test_after_withdrawal_nothing_is_charged(told_tab, book):
    letting_go.withdraw(consent_id=CardConsent.objects.get().id, now=EVENING + 5 * HOUR)

    saved_charges.sweep(now=EVENING + 9 * DAY)

    settlement = settlement_of(told_tab.id)
    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.WITHDRAWN)
    assert "charge_saved" not in book.calls


def test_a_withdrawal_is_seen_even_if_nobody_called_it_off(told_tab, book):
    CardConsent.objects.update(state=ConsentState.REVOKED)

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.WITHDRAWN)
    assert "charge_saved" not in book.calls


def test_a_tab_that_is_somebody_elses_by_now_is_not_charged(told_tab, larkspur, book):
    maeve = larkspur.customers.create(email="maeve@example.org", created_at=EVENING)
    Tab.objects.filter(id=told_tab.id).update(customer=maeve)

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.NOT_COVERED)
    assert book.taken == []


def test_a_guest_whose_address_is_another_by_now_is_not_charged(told_tab, ada, book):
    party.set_guest(tab_id=told_tab.id, by=ada, now=EVENING, email="maeve@example.org")

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.NOT_COVERED)
    assert book.taken == []


def test_an_agreement_that_ran_out_is_not_charged(told_tab, book):
    CardConsent.objects.update(until=EVENING + MINUTE)

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.NOT_COVERED)
    assert book.taken == []


def test_reopening_calls_it_off_and_closing_plans_it_anew(told_tab, ada, book):
    first = settlement_of(told_tab.id)
    reopening.reopen_tab(
        tab_id=told_tab.id, by=ada, role=Role.MANAGER, reason="One more", now=EVENING + HOUR
    )
    first.refresh_from_db()
    assert (first.state, first.why) == (AutoState.CANCELLED, Why.REOPENED)

    closing.close_and_request(tab_id=told_tab.id, by=ada, now=EVENING + 2 * HOUR)

    assert settlement_of(told_tab.id) != first
    assert settlement_of(told_tab.id).state == AutoState.SCHEDULED


# --- Who else wants to know ----------------------------------------------------------------------
def test_a_tab_says_whether_it_sees_to_itself(told_tab, book):
    assert card_on_file.is_settling_itself(told_tab)

    auto_settlement.say_not_this_time(tab_id=told_tab.id, now=EVENING)

    assert not card_on_file.is_settling_itself(told_tab)


def test_a_settled_tab_does_not_settle_itself(told_tab):
    come_due(told_tab.id)

    told_tab.refresh_from_db()
    assert not card_on_file.is_settling_itself(told_tab)


def test_nobody_is_reminded_of_what_their_card_will_pay(told_tab):
    facts = reminders.get_facts(told_tab, balances.get_standing(told_tab))
    auto_settlement.say_not_this_time(tab_id=told_tab.id, now=EVENING)
    after = reminders.get_facts(told_tab, balances.get_standing(told_tab))

    assert (facts.stop, after.stop) == (SkipReason.CARD_ON_FILE, None)
