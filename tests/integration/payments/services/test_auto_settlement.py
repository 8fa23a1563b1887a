"""A tab that settles itself: told, charged once, or left to the guest; never anything else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Message, Tab, TabEvent
from orders.rules.messages import MessageState
from orders.rules.roles import Role
from orders.services import lines, party, tabs
from orders.services.lines import NewLine
from payments.gateway.errors import CredentialsInvalid, GatewayBug, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import CardConsent, GatewayOperation, Payment
from payments.rules.accounts import CounterMethod
from payments.rules.attempt_states import AttemptState
from payments.rules.auto_settlement import AutoState, Why
from payments.rules.consent_scope import ConsentScope
from payments.rules.consent_states import ConsentState
from payments.rules.reminder_states import SkipReason
from payments.selectors import balances, card_on_file, reminders
from payments.services import (
    auto_settlement,
    checkout,
    closing,
    counter,
    letting_go,
    reconciliation,
    reopening,
    saved_charges,
    snapshots,
)
from payments.services.auto_settlement import NothingToCallOff
from payments.services.counter import MoreThanOwed, Taken
from payments.services.reopening import PaymentUnderWay
from tests import fakes
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import DAY, HOUR, MINUTE, come_due, settlement_of

pytestmark = pytest.mark.django_db
EUR_2180 = Money(2180, "EUR")


@pytest.fixture
def told_tab(owing_tab):
    """Donal's card is on file, and he has been told."""
    cards.keep_card(owing_tab.id, now=EVENING)
    settlement = settlement_of(owing_tab.id)
    cards.tell(owing_tab.id, now=settlement.next_at)
    return owing_tab


def told(later_tab, ada, *, refusals=None, scope=ConsentScope.THIS_TAB):
    """A tab agreed about while open, closed, and told about."""
    cards.keep_card(later_tab.id, scope, now=EVENING, refusals=refusals)
    closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING)
    cards.tell(later_tab.id, now=settlement_of(later_tab.id).next_at)
    return Tab.objects.get(id=later_tab.id)


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


# --- No answer -----------------------------------------------------------------------------------
@pytest.mark.parametrize("lost", ["fail_before", "fail_after"])
def test_a_charge_without_an_answer_is_asked_about_and_happens_once(told_tab, book, lost):
    getattr(book, lost).append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    assert settlement.state == AutoState.CHARGING

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert book.taken == [EUR_2180]
    assert GatewayOperation.objects.filter(kind="settle").count() == 1


def test_a_charge_whose_news_comes_by_event_first_is_settled(told_tab, book):
    book.fail_after.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    snapshots.apply_payment(next(iter(book.intents.values())), now=settlement.charge_at)

    come_due(told_tab.id)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert Payment.objects.count() == 1


def test_after_a_withdrawal_an_unanswered_charge_is_only_looked_up(told_tab, book):
    book.fail_before.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    letting_go.withdraw(consent_id=settlement.consent_id, now=settlement.charge_at + MINUTE)

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    settlement = settlement_of(told_tab.id)
    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.WITHDRAWN)
    assert book.calls.count("charge_saved") == 1
    assert book.taken == []
    assert balances.get_standing(told_tab).open_amount == EUR_2180


def test_an_unanswered_charge_that_happened_counts_after_a_withdrawal_too(told_tab, book):
    book.fail_after.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    letting_go.withdraw(consent_id=settlement.consent_id, now=settlement.charge_at + MINUTE)

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert book.taken == [EUR_2180]


@pytest.mark.parametrize(("happened", "taken"), [(True, [EUR_2180]), (False, [])])
def test_a_day_later_a_charge_is_looked_up_and_never_repeated(told_tab, book, happened, taken):
    lost = book.fail_after if happened else book.fail_before
    lost.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)

    reconciliation.resolve_operations(now=settlement.charge_at + DAY)
    saved_charges.sweep(now=settlement.charge_at + 9 * DAY)

    assert book.calls.count("charge_saved") == 1
    assert book.taken == taken
    settlement = settlement_of(told_tab.id)
    expected = (AutoState.SETTLED, "") if happened else (AutoState.NEEDS_CUSTOMER, "nobody_knows")
    assert (settlement.state, settlement.why) == expected


def test_a_decline_whose_giving_up_got_no_answer_is_given_up_later(
    later_tab, ada, book, monkeypatch
):
    tab = told(later_tab, ada, refusals=["generic_decline"])
    with monkeypatch.context() as patch:
        patch.setattr(fakes.FakeGateway, "release_payment", _no_answer)
        settlement = come_due(tab.id)
    assert settlement.state == AutoState.CHARGING
    assert balances.get_standing(tab).open_amount.is_zero

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(tab.id).state == AutoState.NEEDS_CUSTOMER
    assert balances.get_standing(tab).open_amount == EUR_2180
    assert [intent.status for intent in book.intents.values()] == [IntentStatus.CANCELED]


def _no_answer(*_words, **_key):
    raise OutcomeUnknown("the network")


def test_a_charge_on_its_way_is_asked_about_until_it_is_there(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["processing"])
    settlement = come_due(tab.id)
    assert (settlement.state, settlement.charge_ref) == (AutoState.CHARGING, "pi_1")
    assert come_due(tab.id).state == AutoState.CHARGING
    book.arrive("pi_1")

    settlement = come_due(tab.id)

    assert settlement.state == AutoState.SETTLED
    assert Payment.objects.get().amount == EUR_2180


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
