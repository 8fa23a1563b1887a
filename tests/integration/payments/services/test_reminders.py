"""Reminding: planned at closing, claimed once, looked at again, sent once, and never too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from config.kernel.money import Money
from orders.models import MailStop, Message, TabEvent
from orders.rules.mail_stops import StopReason
from orders.rules.messages import LEASE, MessageState
from orders.rules.roles import Role
from orders.services import mail_stops, messages
from payments.models import CounterPayment, Reminder
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter, counter_reversals, reminders, reopening
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING

# Closed on Friday evening, due on Saturday.
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 10, tzinfo=UTC)
NIGHT = datetime(2026, 3, 7, 21, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def eur(minor):
    return Money(minor, "EUR")


def rows(tab):
    return [
        (row.step, row.state, row.reason)
        for row in Reminder.objects.filter(tab=tab).order_by("step")
    ]


def first(tab):
    return Reminder.objects.get(tab=tab, step=1)


def remind(now):
    """One tick of each sweep, and the one that reads the result."""
    written = reminders.sweep(now=now)
    messages.send_due(now=now)
    reminders.sweep(now=now)
    return written


def sent():
    """Subjects of reminders that left."""
    return [it.subject for it in mail.outbox if "List-Unsubscribe" in it.extra_headers]


@pytest.fixture(autouse=True)
def link_left(closed_tab):
    """The link itself has been sent."""
    messages.send_due(now=EVENING)
    mail.outbox.clear()


def pay(tab, by, minor, now):
    counter.record_counter_payment(
        tab_id=tab.id,
        by=by,
        taken=Taken(method=CounterMethod.CASH, amount=eur(minor), tip=eur(0)),
        request_key=f"cash-{minor}-{now}",
        now=now,
    )


def test_closing_plans_every_step(closed_tab):
    assert [
        (row.step, row.tone, row.state, row.due_at)
        for row in Reminder.objects.filter(tab=closed_tab).order_by("step")
    ] == [
        (1, "due", "due", SATURDAY),
        (2, "after", "due", MONDAY),
        (3, "after", "due", datetime(2026, 3, 14, 10, tzinfo=UTC)),
        (4, "last", "due", datetime(2026, 3, 21, 10, tzinfo=UTC)),
    ]


def test_a_step_is_sent_once_when_its_time_has_come(closed_tab):
    assert remind(SATURDAY - MINUTE) == 0
    assert remind(SATURDAY) == 1
    assert remind(SATURDAY + MINUTE) == 0

    assert sent() == ["Today is the day: €21.80 at Larkspur Coffee, due Saturday 7 March"]
    assert rows(closed_tab)[:2] == [(1, "sent", ""), (2, "due", "")]
    event = TabEvent.objects.get(tab=closed_tab, kind="reminder_sent")
    assert event.data == {"step": 1, "email": "d•••@example.org"}


def test_the_mail_can_be_stopped_by_one_press_and_stands_in_the_thread(closed_tab):
    remind(SATURDAY)

    headers = mail.outbox[0].extra_headers
    link = Message.objects.get(tab=closed_tab, kind="payment_link")
    assert headers["List-Unsubscribe"].startswith("<http://testserver/p/")
    assert headers["List-Unsubscribe"].endswith("/stop/>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["In-Reply-To"] == f"<{link.id}@testserver>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_every_step_comes_in_turn_and_then_nothing(closed_tab):
    for day in range(40):
        remind(SATURDAY + timedelta(days=day))

    assert len(sent()) == 4
    assert [state for _step, state, _reason in rows(closed_tab)] == ["sent"] * 4


def test_after_an_outage_one_mail_catches_up(closed_tab):
    assert remind(datetime(2026, 3, 15, 12, tzinfo=UTC)) == 1

    assert sent() == ["Still open at Larkspur Coffee: €21.80, due since Saturday 7 March"]
    assert rows(closed_tab) == [
        (1, "skipped", "overtaken"), (2, "skipped", "overtaken"), (3, "sent", ""), (4, "due", ""),
    ]  # fmt: skip


def test_a_catch_up_keeps_its_distance_from_the_next_step(closed_tab):
    remind(MONDAY - timedelta(hours=1))
    remind(MONDAY)

    assert len(sent()) == 1
    assert Reminder.objects.get(tab=closed_tab, step=2).due_at == MONDAY + timedelta(hours=22)

    remind(MONDAY + timedelta(hours=22))

    assert len(sent()) == 2


def test_nobody_is_reminded_at_night(closed_tab):
    assert remind(NIGHT) == 0
    assert first(closed_tab).due_at == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert remind(datetime(2026, 3, 8, 8, tzinfo=UTC)) == 1


def test_a_mail_kept_up_into_the_night_is_written_anew_in_the_morning(closed_tab):
    Reminder.objects.filter(tab=closed_tab, step=1).update(due_at=NIGHT - MINUTE)
    reminders.sweep(now=NIGHT - MINUTE)

    messages.send_due(now=NIGHT)
    reminders.sweep(now=NIGHT)

    assert sent() == []
    assert first(closed_tab).state == "due"
    assert remind(NIGHT + timedelta(hours=2)) == 0
    assert remind(datetime(2026, 3, 8, 8, tzinfo=UTC)) == 1
    assert first(closed_tab).state == "sent"


def test_a_tab_paid_before_its_day_gets_nothing(closed_tab, ada):
    pay(closed_tab, ada, 2180, EVENING)

    assert remind(SATURDAY) == 0
    assert sent() == []
    assert rows(closed_tab) == [(step, "skipped", "settled") for step in range(1, 5)]


def test_money_that_was_never_taken_brings_the_later_steps_back(closed_tab, ada, niamh):
    pay(closed_tab, ada, 2180, EVENING)
    remind(SATURDAY)

    counter_reversals.reverse(
        tab_id=closed_tab.id,
        payment_id=CounterPayment.objects.get(tab=closed_tab).id,
        by=niamh,
        role=Role.MANAGER,
        reason="Wrong tab",
        now=SATURDAY + MINUTE,
    )

    assert rows(closed_tab)[:2] == [(1, "skipped", "too_soon"), (2, "due", "")]
    assert remind(MONDAY) == 1


def test_a_tab_paid_while_its_mail_waits_gets_nothing(closed_tab, ada):
    reminders.sweep(now=SATURDAY)
    pay(closed_tab, ada, 2180, SATURDAY)

    messages.send_due(now=SATURDAY + MINUTE)
    reminders.sweep(now=SATURDAY + MINUTE)

    assert sent() == []
    assert rows(closed_tab)[0] == (1, "skipped", "settled")


def test_a_tab_paid_after_its_mail_was_taken_up_gets_nothing(closed_tab, ada):
    reminders.sweep(now=SATURDAY)
    claimed = messages._claim(Message.objects.unsent(SATURDAY), now=SATURDAY, limit=9)
    pay(closed_tab, ada, 2180, SATURDAY)

    messages._deliver(claimed, now=SATURDAY)

    assert sent() == []
    assert Message.objects.get(id=claimed[0].id).state == MessageState.WITHDRAWN


def test_a_part_payment_makes_a_waiting_mail_name_what_is_left(closed_tab, ada):
    reminders.sweep(now=SATURDAY)
    pay(closed_tab, ada, 1000, SATURDAY)
    remind(SATURDAY + MINUTE)

    assert remind(SATURDAY + timedelta(hours=2)) == 1
    assert sent() == ["Today is the day: €11.80 at Larkspur Coffee, due Saturday 7 March"]


def test_whoever_is_paying_right_now_is_not_disturbed(closed_tab, open_page):
    open_page(now=SATURDAY - MINUTE)

    assert remind(SATURDAY) == 0
    assert first(closed_tab).due_at == SATURDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "skipped"),
    [
        (StopReason.UNSUBSCRIBED, "unsubscribed"),
        (StopReason.STAFF, "stopped"),
        (StopReason.BOUNCED, "bounced"),
        (StopReason.COMPLAINED, "unsubscribed"),
    ],
)
def test_a_stopped_address_is_left_alone(closed_tab, reason, skipped):
    mail_stops.stop(venue=closed_tab.venue, email="donal@example.org", reason=reason, now=EVENING)

    assert remind(SATURDAY) == 0
    assert rows(closed_tab)[:2] == [(1, "skipped", skipped), (2, "due", "")]


def test_a_stop_counts_for_a_mail_that_waits(closed_tab):
    reminders.sweep(now=SATURDAY)
    mail_stops.stop(
        venue=closed_tab.venue,
        email="donal@example.org",
        reason=StopReason.UNSUBSCRIBED,
        now=SATURDAY,
    )

    messages.send_due(now=SATURDAY)

    assert sent() == []


def test_a_stop_at_one_venue_says_nothing_about_another(closed_tab, odile):
    mail_stops.stop(
        venue=odile, email="donal@example.org", reason=StopReason.UNSUBSCRIBED, now=EVENING
    )

    assert remind(SATURDAY) == 1


def test_without_an_address_nobody_is_reminded(closed_tab):
    closed_tab.customer.email = ""
    closed_tab.customer.save(update_fields=["email"])

    assert remind(SATURDAY) == 0
    assert rows(closed_tab)[0] == (1, "skipped", "no_address")


def test_the_guests_own_night_counts(closed_tab):
    customer = closed_tab.customer
    customer.time_zone = "America/New_York"
    customer.save(update_fields=["time_zone"])

    assert remind(SATURDAY) == 0
    assert first(closed_tab).due_at == datetime(2026, 3, 7, 13, tzinfo=UTC)


def test_reopening_stops_everything_and_closing_again_plans_anew(closed_tab, niamh):
    remind(SATURDAY)
    reopening.reopen_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Wrong bill", now=SATURDAY
    )
    assert rows(closed_tab) == [
        (1, "sent", ""), (2, "skipped", "reopened"), (3, "skipped", "reopened"),
        (4, "skipped", "reopened"),
    ]  # fmt: skip

    closing.close_and_request(tab_id=closed_tab.id, by=niamh, now=MONDAY)

    assert rows(closed_tab) == [(1, "sent", ""), (2, "due", ""), (3, "due", ""), (4, "due", "")]
    assert Reminder.objects.get(tab=closed_tab, step=2).due_at == datetime(
        2026, 3, 12, 10, tzinfo=UTC
    )


def test_voiding_ends_them(closed_tab, niamh):
    reopening.void_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Wrong table", now=EVENING
    )

    assert {state for _step, state, _reason in rows(closed_tab)} == {"skipped"}
    assert remind(SATURDAY) == 0


def test_a_refused_address_ends_in_a_bounce(closed_tab):
    reminders.sweep(now=SATURDAY)
    mail_stops.stop(
        venue=closed_tab.venue, email="donal@example.org", reason=StopReason.BOUNCED, now=SATURDAY
    )
    messages.send_due(now=SATURDAY)
    reminders.sweep(now=SATURDAY)

    assert rows(closed_tab)[0] == (1, "skipped", "bounced")


def test_a_worker_that_dies_before_handing_over_loses_nothing(closed_tab):
    reminders.sweep(now=SATURDAY)
    messages._claim(Message.objects.unsent(SATURDAY), now=SATURDAY, limit=9)

    assert remind(SATURDAY + LEASE) == 0
    assert len(sent()) == 1
    assert rows(closed_tab)[0] == (1, "sent", "")


def test_a_worker_that_dies_while_sending_leaves_it_unknown(closed_tab):
    reminders.sweep(now=SATURDAY)
    (claimed,) = messages._claim(Message.objects.unsent(SATURDAY), now=SATURDAY, limit=9)
    assert messages._hand_over(claimed, now=SATURDAY)

    remind(SATURDAY + LEASE)
    remind(SATURDAY + 2 * LEASE)

    assert sent() == []
    assert rows(closed_tab)[0] == (1, "unknown", "")
    assert TabEvent.objects.filter(tab=closed_tab, kind="reminder_unknown").count() == 1


def test_a_fault_in_one_tab_does_not_stop_the_others(closed_tab, ada, shakshuka):
    other = factories.make_tab(
        closed_tab.venue, ada, shakshuka, email="other@example.org", token_code=""
    )
    closing.close_and_request(tab_id=other.id, by=ada, now=EVENING)
    Reminder.objects.filter(tab=closed_tab, step=1).update(tone="nonsense")

    assert remind(SATURDAY) == 1
    assert rows(closed_tab)[0] == (1, "due", "")
    assert rows(other)[0] == (1, "sent", "")


def test_lifting_a_stop_lets_later_steps_go(closed_tab):
    stop = {"venue": closed_tab.venue, "email": "donal@example.org"}
    assert mail_stops.stop(**stop, reason=StopReason.UNSUBSCRIBED, now=EVENING)
    assert not mail_stops.stop(**stop, reason=StopReason.STAFF, now=EVENING)
    assert mail_stops.stop(**stop, reason=StopReason.BOUNCED, now=EVENING)
    remind(SATURDAY)

    assert mail_stops.lift(**stop, now=SATURDAY)
    assert not mail_stops.lift(**stop, now=SATURDAY)

    assert remind(MONDAY) == 1
    assert MailStop.objects.get().reason == "bounced"
