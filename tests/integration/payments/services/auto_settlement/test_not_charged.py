"""A card that gives nothing, and a page that is open beside it: never both."""

from __future__ import annotations

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Message
from orders.rules.roles import Role
from payments.gateway.errors import CredentialsInvalid, GatewayBug, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import CardConsent
from payments.rules.accounts import CounterMethod
from payments.rules.attempt_states import AttemptState
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.consent_states import ConsentState
from payments.selectors import balances
from payments.services import (
    auto_settlement,
    checkout,
    counter,
    reopening,
    saved_charges,
)
from payments.services.counter import MoreThanOwed, Taken
from payments.services.reopening import PaymentUnderWay
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import (
    DAY,
    EUR_2180,
    HOUR,
    come_due,
    told,
)

pytestmark = pytest.mark.django_db


# --- The bank says no ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "why", "consent"),
    [
        ("generic_decline", Why.DECLINED, ConsentState.ACTIVE),
        ("authentication_required", Why.BANK_ASKS, ConsentState.ACTIVE),
        ("stolen_card", Why.DECLINED, ConsentState.UNUSABLE),
    ],
)
def test_a_card_that_gives_nothing_leaves_it_to_the_guest(later_tab, ada, book, code, why, consent):
    tab = told(later_tab, ada, refusals=[code])

    settlement = come_due(tab.id)

    assert (settlement.state, settlement.why) == (AutoState.NEEDS_CUSTOMER, why)
    assert [intent.status for intent in book.intents.values()] == [IntentStatus.CANCELED]
    assert settlement.attempt.state == AttemptState.FAILED
    assert balances.get_standing(tab).open_amount == EUR_2180
    assert Message.objects.filter(kind="auto_failed", to="donal@example.org").count() == 1
    assert CardConsent.objects.get().state == consent
    saved_charges.sweep(now=EVENING + 30 * DAY)
    assert book.calls.count("charge_saved") == 1


def test_a_card_without_money_is_tried_once_more_and_no_more(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["insufficient_funds"] * 5)

    first = come_due(tab.id)
    cards.deliver_mails(now=tab.due_at)
    second = come_due(tab.id)

    assert first.state == AutoState.RETRY_WAIT
    assert first.charge_at >= tab.due_at + 2 * DAY
    assert second.state == AutoState.NEEDS_CUSTOMER
    saved_charges.sweep(now=EVENING + 30 * DAY)
    assert book.calls.count("charge_saved") == 2
    assert all(intent.status == IntentStatus.CANCELED for intent in book.intents.values())


def test_the_second_try_may_succeed(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["insufficient_funds"])
    come_due(tab.id)
    cards.deliver_mails(now=tab.due_at)

    settlement = come_due(tab.id)

    assert settlement.state == AutoState.SETTLED
    assert book.taken == [EUR_2180]


def test_a_second_try_nobody_was_told_of_waits(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["insufficient_funds"])
    come_due(tab.id)

    settlement = come_due(tab.id)

    assert settlement.state == AutoState.RETRY_WAIT
    assert book.calls.count("charge_saved") == 1


def test_not_this_time_counts_for_the_second_try_too(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["insufficient_funds"])
    come_due(tab.id)

    auto_settlement.say_not_this_time(tab_id=tab.id, now=tab.due_at + HOUR)
    saved_charges.sweep(now=EVENING + 30 * DAY)

    assert book.calls.count("charge_saved") == 1


def test_too_little_for_a_card_leaves_it_to_the_guest(told_tab, ada, book):
    counter.record_counter_payment(
        tab_id=told_tab.id,
        by=ada,
        taken=Taken(method=CounterMethod.CASH, amount=Money(2160, "EUR"), tip=Money(0, "EUR")),
        request_key="one",
        now=EVENING + 5 * HOUR,
    )

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.NEEDS_CUSTOMER, Why.TOO_SMALL)


@pytest.mark.parametrize("error", [CredentialsInvalid("key"), GatewayBug("words")])
def test_what_stripe_refuses_leaves_it_to_the_guest(told_tab, book, error):
    book.fail_before.append(error)

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.NEEDS_CUSTOMER, Why.REFUSED)
    assert balances.get_standing(told_tab).open_amount == EUR_2180


# --- The critical section ------------------------------------------------------------------------
def test_an_open_page_is_closed_before_the_card_is_charged(told_tab, wish, book):
    page = checkout.open_page(tab_id=told_tab.id, wish=wish(2180), now=EVENING)

    come_due(told_tab.id)

    page.refresh_from_db()
    assert page.state == AttemptState.SUPERSEDED
    assert book.taken == [EUR_2180]


def test_a_page_paid_a_moment_before_is_heard_and_nothing_is_charged(told_tab, wish, book):
    page = checkout.open_page(tab_id=told_tab.id, wish=wish(2180), now=EVENING)
    book.pay(page.session_id, at=EVENING)

    settlement = come_due(told_tab.id)

    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.PAID_OTHERWISE)
    assert book.taken == [EUR_2180]
    assert "charge_saved" not in book.calls


def test_a_page_that_cannot_be_closed_means_no_charge(told_tab, wish, book):
    checkout.open_page(tab_id=told_tab.id, wish=wish(2180), now=EVENING)
    book.fail_before.append(OutcomeUnknown("the network"))

    settlement = come_due(told_tab.id)

    assert settlement.state == AutoState.NOTIFIED
    assert "charge_saved" not in book.calls


def test_a_bank_debit_on_its_way_means_no_charge(told_tab, wish, book):
    page = checkout.open_page(tab_id=told_tab.id, wish=wish(2180), now=EVENING)
    book.start_bank_debit(page.session_id, at=EVENING)

    settlement = come_due(told_tab.id)

    assert settlement.state == AutoState.NOTIFIED
    assert "charge_saved" not in book.calls


def test_while_a_card_is_charged_nobody_else_can_pay(told_tab, wish, ada, book):
    book.fail_after.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    assert settlement.state == AutoState.CHARGING

    with pytest.raises(DomainError):
        checkout.open_page(tab_id=told_tab.id, wish=wish(2180), now=settlement.charge_at)
    with pytest.raises(MoreThanOwed):
        counter.record_counter_payment(
            tab_id=told_tab.id,
            by=ada,
            taken=Taken(method=CounterMethod.CASH, amount=EUR_2180, tip=Money(0, "EUR")),
            request_key="one",
            now=settlement.charge_at,
        )
    with pytest.raises(PaymentUnderWay):
        reopening.reopen_tab(
            tab_id=told_tab.id, by=ada, role=Role.MANAGER, reason="-", now=settlement.charge_at
        )
