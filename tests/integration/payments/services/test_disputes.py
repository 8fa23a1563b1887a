"""News of disputes: the same news in any number and order comes to the same books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from orders.rules.roles import Role
from payments.gateway.errors import OutcomeUnknown
from payments.models import Dispute, InboxEvent, LedgerEntry, Payment, Refund
from payments.rules.accounts import Account
from payments.rules.dispute_states import DisputeState
from payments.rules.inbox_states import InboxState
from payments.rules.reminder_states import SkipReason
from payments.selectors import balances, reminders
from payments.services import accounts, dispute_sweeps, disputes, inbox, refunds, snapshots
from payments.services.refunds import PaymentDisputed, RefundWish
from tests.fakes.disputes import decide, open_dispute
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.services.test_inbox import arrive

pytestmark = pytest.mark.django_db
WHOLE = Money(2398, "EUR")


def balance_of(account, currency="EUR"):
    return LedgerEntry.objects.balance_of(account, currency).minor


def books():
    return {
        account.value: balance_of(account)
        for account in (Account.CLEARING, Account.DISPUTED, Account.DISPUTE_LOSSES)
    }


def told():
    return list(
        TabEvent.objects.filter(actor="stripe").order_by("id").values_list("kind", flat=True)
    )


def mails(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("to", flat=True))


def apply(snapshot, now=SOON):
    return disputes.apply_dispute(snapshot, account=accounts.house_account(), now=now)


@pytest.fixture
def payment(open_page, book, niamh, olga):
    """€21.80 and a tip of €2.18, paid by card; Niamh and Olga answer for the money."""
    open_page(2398, tip=218)
    book.pay("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
    return Payment.objects.get()


@pytest.fixture
def opened(payment, book):
    return book.disputes[open_dispute(book, payment.intent_id, at=SOON)]


def test_a_dispute_takes_its_money_out_of_the_clearing_at_once(opened, closed_tab):
    dispute = apply(opened)

    closed_tab.refresh_from_db()
    assert (dispute.state, dispute.amount, dispute.withheld) == ("needs_response", WHOLE, WHOLE)
    assert books() == {"clearing": -1500, "disputed": 2398, "dispute_losses": 0}
    assert balance_of(Account.DISPUTE_FEES) == 1500
    assert closed_tab.is_settled
    assert balances.get_standing(closed_tab).balance == Money(0, "EUR")


def test_whoever_answers_for_the_money_hears_of_it_once(opened, ada):
    for _again in range(3):
        apply(opened)

    assert mails("dispute_opened") == ["niamh@example.org", "olga@example.org"]
    assert told() == ["dispute_opened"]


def test_what_is_won_comes_back(opened, book):
    apply(opened)

    dispute = apply(decide(book, opened.dispute_id, DisputeState.WON), now=LATER)

    assert books() == {"clearing": 898, "disputed": 0, "dispute_losses": 0}
    assert (dispute.closed_at, told()) == (LATER, ["dispute_opened", "dispute_won"])
    assert mails("dispute_closed") == ["niamh@example.org", "olga@example.org"]


def test_won_money_that_has_not_come_yet_is_still_away(opened):
    apply(opened)

    apply(replace(opened, state=DisputeState.WON), now=LATER)

    assert books()["disputed"] == 2398


def test_what_is_lost_is_a_loss(opened, book):
    apply(opened)

    apply(decide(book, opened.dispute_id, DisputeState.LOST), now=LATER)

    assert books() == {"clearing": -1500, "disputed": 0, "dispute_losses": 2398}
    assert told() == ["dispute_opened", "dispute_lost"]


def test_a_loss_that_is_appealed_and_won_comes_back(opened, book):
    apply(opened)
    apply(decide(book, opened.dispute_id, DisputeState.LOST))
    appealed = apply(replace(opened, state=DisputeState.APPEAL_NEEDS_RESPONSE), now=LATER)

    assert appealed.closed_at is None
    assert books()["disputed"] == 2398

    apply(decide(book, opened.dispute_id, DisputeState.WON), now=LATER)

    assert books() == {"clearing": 898, "disputed": 0, "dispute_losses": 0}


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(payment, book):
    name = open_dispute(book, payment.intent_id, at=SOON, inquiry=True)
    asked = book.disputes[name]

    dispute = apply(asked)

    assert (dispute.is_inquiry, dispute.is_refundable) == (True, True)
    assert books()["disputed"] == 0
    assert told() == ["inquiry_opened"]

    taken = replace(asked, state=DisputeState.NEEDS_RESPONSE, withdrawn=WHOLE, is_refundable=False)
    apply(taken, now=LATER)

    assert books()["disputed"] == 2398
    assert told() == ["inquiry_opened", "dispute_opened"]
    assert len(mails("dispute_opened")) == 4


def test_an_inquiry_that_ends_is_closed(payment, book):
    name = open_dispute(book, payment.intent_id, at=SOON, inquiry=True)
    apply(book.disputes[name])

    dispute = apply(decide(book, name, DisputeState.INQUIRY_CLOSED), now=LATER)

    assert dispute.is_closed
    assert told() == ["inquiry_opened", "inquiry_closed"]
    assert LedgerEntry.objects.filter(source_key__startswith="dispute").count() == 0


def test_news_in_any_order_comes_to_the_same_books(opened, book):
    reviewed = replace(opened, state=DisputeState.UNDER_REVIEW, submissions=1)
    won = decide(book, opened.dispute_id, DisputeState.WON)

    for order in permutations([opened, reviewed, won]):
        for snapshot in order:
            apply(snapshot, now=LATER)

    assert Dispute.objects.get().state == DisputeState.WON
    assert books() == {"clearing": 898, "disputed": 0, "dispute_losses": 0}


def test_the_end_may_be_the_first_thing_that_is_heard(opened, book):
    apply(decide(book, opened.dispute_id, DisputeState.LOST))

    assert told() == ["dispute_opened", "dispute_lost"]
    assert books()["dispute_losses"] == 2398


def test_a_fee_in_another_currency_is_booked_in_its_own(opened):
    fee = replace(opened.fees[0], amount=Money(1700, "USD"))

    apply(replace(opened, fees=(fee,)))

    entry = LedgerEntry.objects.get(debit=Account.DISPUTE_FEES)
    assert entry.amount == Money(1700, "USD")


def test_a_fee_that_is_given_back_is_booked_back(opened):
    apply(opened)
    back = replace(opened.fees[0], transaction_id="txn_back", amount=Money(-1500, "EUR"))

    apply(replace(opened, fees=(*opened.fees, back)))

    assert balance_of(Account.DISPUTE_FEES) == 0


def test_an_event_brings_the_dispute_in(opened):
    arrive(type_="charge.dispute.created", object_id=opened.dispute_id)
    arrive("evt_2", type_="charge.dispute.funds_withdrawn", object_id=opened.dispute_id)

    inbox.handle_waiting(now=SOON)

    assert Dispute.objects.get().dispute_id == opened.dispute_id
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {InboxState.DONE}


def test_a_dispute_of_a_payment_whose_news_got_lost_brings_both(open_page, book, closed_tab):
    open_page()
    intent = book.pay("cs_1", at=SOON)
    name = open_dispute(book, intent, at=SOON)
    arrive(type_="charge.dispute.created", object_id=name)

    inbox.handle_waiting(now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert Dispute.objects.get().payment == Payment.objects.get()


def test_another_apps_dispute_is_left_alone(open_page, book):
    open_page()
    intent = book.pay("cs_1", at=SOON)
    page = book.pages["cs_1"]
    book.pages["cs_1"] = replace(page, payment=replace(page.payment, metadata={"app": "other"}))
    name = open_dispute(book, intent, at=SOON)
    arrive(type_="charge.dispute.created", object_id=name)

    inbox.handle_waiting(now=SOON)

    assert InboxEvent.objects.get().state == InboxState.IGNORED
    assert dispute_sweeps.find_missed(now=SOON) == 0
    assert Dispute.objects.count() == 0


def test_a_missed_dispute_is_found_in_stripes_list(opened):
    assert dispute_sweeps.find_missed(now=SOON) == 1
    assert dispute_sweeps.find_missed(now=LATER) == 1

    assert Dispute.objects.count() == 1
    assert len(mails("dispute_opened")) == 2


def test_an_open_dispute_is_asked_about_after_six_quiet_hours(opened, book):
    apply(opened)
    decide(book, opened.dispute_id, DisputeState.WON)

    assert dispute_sweeps.check_open(now=SOON + timedelta(hours=5)) == 0
    assert dispute_sweeps.check_open(now=SOON + timedelta(hours=7)) == 1
    assert dispute_sweeps.check_open(now=SOON + timedelta(days=2)) == 0

    assert Dispute.objects.get().state == DisputeState.WON


def test_stripe_away_leaves_a_look_for_the_next_round(opened, book):
    apply(opened)
    later = SOON + timedelta(hours=7)
    book.fail_before.append(OutcomeUnknown("timeout"))

    assert dispute_sweeps.check_open(now=later) == 1
    book.fail_before.append(OutcomeUnknown("timeout"))
    assert dispute_sweeps.find_missed(now=later) == 0

    assert Dispute.objects.get().state == DisputeState.NEEDS_RESPONSE


def test_managers_are_reminded_once_three_days_before_the_end(opened):
    apply(opened)
    near = opened.due_by - timedelta(days=2)

    assert dispute_sweeps.remind_of_due(now=SOON) == 0
    assert dispute_sweeps.remind_of_due(now=near) == 1
    assert dispute_sweeps.remind_of_due(now=near + timedelta(hours=1)) == 0

    assert mails("dispute_due") == ["niamh@example.org", "olga@example.org"]


@pytest.mark.parametrize("state", [DisputeState.UNDER_REVIEW, DisputeState.LOST])
def test_nobody_is_reminded_of_what_waits_for_no_answer(opened, book, state):
    apply(opened)
    apply(replace(opened, state=state))

    assert dispute_sweeps.remind_of_due(now=opened.due_by - timedelta(days=1)) == 0
    assert dispute_sweeps.remind_of_due(now=opened.due_by + timedelta(days=1)) == 0


def test_nobody_is_reminded_when_it_is_too_late(opened):
    apply(opened)

    assert dispute_sweeps.remind_of_due(now=opened.due_by + timedelta(minutes=1)) == 0


@pytest.fixture
def give_back(payment, niamh):
    def make():
        return refunds.refund(
            payment_id=payment.id,
            by=niamh,
            role=Role.MANAGER,
            wish=RefundWish(amount=Money(1000, "EUR"), tip=Money(0, "EUR"), reason="Goodwill"),
            request_key="press",
            now=LATER,
        )

    return make


@pytest.mark.parametrize("state", [DisputeState.NEEDS_RESPONSE, DisputeState.LOST])
def test_what_a_bank_has_is_not_given_back_besides(opened, give_back, state):
    apply(replace(opened, state=state))

    with pytest.raises(PaymentDisputed):
        give_back()

    assert Refund.objects.count() == 0


def test_what_is_asked_about_or_was_won_can_be_given_back(opened, book, give_back):
    apply(decide(book, opened.dispute_id, DisputeState.WON))

    assert give_back().amount == Money(1000, "EUR")


def test_an_inquiry_is_answered_by_giving_the_money_back(payment, book, give_back):
    name = open_dispute(book, payment.intent_id, at=SOON, inquiry=True)
    apply(book.disputes[name])

    assert give_back().amount == Money(1000, "EUR")


def test_nobody_is_reminded_while_their_bank_argues(open_page, book, closed_tab):
    open_page(1000, amount=1000)
    book.pay("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
    payment = Payment.objects.get()
    before = reminders.get_facts(closed_tab, balances.get_standing(closed_tab))

    opened = book.disputes[open_dispute(book, payment.intent_id, at=SOON)]
    apply(opened)

    during = reminders.get_facts(closed_tab, balances.get_standing(closed_tab))
    assert (before.stop, during.stop) == (None, SkipReason.DISPUTED)
