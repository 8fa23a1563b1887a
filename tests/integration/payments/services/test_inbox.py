"""Events: stored once, made sense of by asking, parked when they never make any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.money import Money
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import EventEnvelope
from payments.models import InboxEvent, Payment, Refund
from payments.rules.inbox_states import MAX_TRIES, InboxState
from payments.services import accounts, inbox, snapshots
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


def arrive(event_id="evt_1", type_="checkout.session.completed", object_id="cs_1"):
    envelope = EventEnvelope(
        event_id=event_id, type=type_, object_id=object_id, livemode=False, happened_at=SOON
    )
    return inbox.store(
        account=accounts.house_account(), envelope=envelope, raw="{}", source="webhook", now=SOON
    )


def test_an_event_settles_the_tab(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)
    arrive()

    assert inbox.handle_waiting(now=SOON) == 1

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert InboxEvent.objects.get().state == InboxState.DONE


def test_news_of_a_payment_takes_no_more_statements_than_these(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)
    accounts.house_account()

    told = counted(arrive)
    settled = counted(lambda: inbox.handle_waiting(now=SOON))

    closed_tab.refresh_from_db()
    # One of the first looks for the account; four of the others open the venue's book of receipts.
    assert (closed_tab.is_settled, told <= 2, settled <= 25) == (True, True, True), (told, settled)


def counted(do):
    """Statements but those that begin, end or divide a transaction."""
    with CaptureQueriesContext(connection) as asked:
        do()
    return len([each for each in asked if "SAVEPOINT" not in each["sql"]])


def test_the_same_event_twice_is_kept_once(open_page):
    open_page()

    assert [arrive(), arrive()] == [True, False]
    assert InboxEvent.objects.count() == 1


def test_two_events_of_one_payment_are_one_payment(open_page, book):
    open_page()
    intent = book.pay("cs_1", at=SOON)
    arrive("evt_1")
    arrive("evt_2", "payment_intent.succeeded", intent)

    inbox.handle_waiting(now=SOON)

    assert Payment.objects.count() == 1
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {InboxState.DONE}


def test_what_the_event_says_is_never_believed(open_page, book, closed_tab):
    """A page that is still open stays so, whatever the event claims."""
    open_page()
    arrive()

    inbox.handle_waiting(now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_owing
    assert Payment.objects.count() == 0


def test_unknown_types_are_ignored():
    arrive(type_="review.opened", object_id="prv_1")

    inbox.handle_waiting(now=SOON)

    assert InboxEvent.objects.get().state == InboxState.IGNORED


def test_an_object_stripe_does_not_know_is_tried_again_with_patience():
    arrive(object_id="cs_unknown")

    inbox.handle_waiting(now=SOON)
    inbox.handle_waiting(now=SOON)

    event = InboxEvent.objects.get()
    assert (event.state, event.tries) == (InboxState.DEFERRED, 1)
    assert event.next_try_at == SOON + timedelta(seconds=10)


def test_after_ten_tries_a_person_must_look():
    arrive(object_id="cs_unknown")

    for tried in range(MAX_TRIES + 2):
        inbox.handle_waiting(now=SOON + timedelta(hours=2 * tried))

    event = InboxEvent.objects.get()
    assert (event.state, event.tries) == (InboxState.FAILED, MAX_TRIES)
    assert InboxEvent.objects.unhandled().count() == 1


def test_one_failure_does_not_hold_up_the_rest(open_page, book, closed_tab):
    open_page()
    book.pay("cs_1", at=SOON)
    arrive("evt_1", object_id="cs_unknown")
    arrive("evt_2")

    inbox.handle_waiting(now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled


def test_stripe_away_means_later(open_page, book):
    open_page()
    arrive()
    book.fail_before.append(OutcomeUnknown("timeout"))

    inbox.handle_waiting(now=SOON)

    event = InboxEvent.objects.get()
    assert (event.state, event.error) == (InboxState.DEFERRED, "OutcomeUnknown: timeout")


@pytest.mark.parametrize(
    ("type_", "object_id"),
    [("refund.created", "re_1"), ("refund.updated", "re_1"), ("charge.refunded", "ch_of_cs_1")],
)
def test_news_of_a_refund_brings_it_whatever_it_is_called(
    open_page, book, closed_tab, type_, object_id
):
    open_page()
    intent_id = book.pay("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
    book.give_back(intent_id, Money(500, "EUR"), at=SOON)

    for number in range(2):
        arrive(f"evt_{number}", type_, object_id)
        inbox.handle_waiting(now=SOON)

    assert Refund.objects.get().amount == Money(500, "EUR")
    assert {each.state for each in InboxEvent.objects.all()} == {InboxState.DONE}


def test_a_refund_of_another_app_is_ignored(book):
    arrive("evt_1", "charge.refunded", "ch_of_somebody")

    inbox.handle_waiting(now=SOON)

    assert InboxEvent.objects.get().state == InboxState.IGNORED
