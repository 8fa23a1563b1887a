"""What staff decide about reminders: each choice, and each reason why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from config.kernel.tokens import digest
from orders.models import GuestLink, MailStop, Message, TabEvent
from orders.rules.mail_stops import StopReason
from orders.services import links, mail_stops, messages
from payments.models import Reminder
from payments.services import reminder_choices, reminders, requests
from payments.services.reminder_choices import (
    ReminderGone,
    RemindersStopped,
    ReminderUnknown,
    TooSoonToRemind,
)
from payments.services.requests import NoAddress, NotOwing
from tests.conftest import EVENING
from tests.factories import take_cash

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def link_left(closed_tab):
    messages.send_due(now=EVENING)


@pytest.fixture
def remind(closed_tab, ada):
    return lambda now=NOON: reminder_choices.remind_now(tab_id=closed_tab.id, by=ada, now=now)


def states(tab):
    return {row.step: row.state for row in Reminder.objects.filter(tab=tab)}


def told(tab, kind):
    return TabEvent.objects.filter(tab=tab, kind=kind).count()


def send(now):
    messages.send_due(now=now)
    reminders.sweep(now=now)


def test_the_next_one_goes_now_and_its_day_passes(remind, closed_tab, ada):
    mail = remind()
    send(NOON)

    assert mail.to == "donal@example.org"
    assert states(closed_tab) == {1: "sent", 2: "due", 3: "due", 4: "due"}
    assert TabEvent.objects.get(tab=closed_tab, kind="reminder_sent").by == ada


def test_pressing_twice_sends_one(remind, closed_tab):
    assert remind() == remind()
    assert Message.objects.filter(tab=closed_tab, is_reminder=True).count() == 1


def test_after_the_last_one_another_goes_by_hand(remind, closed_tab):
    Reminder.objects.filter(tab=closed_tab).update(state="sent")

    remind()
    send(NOON)
    remind(NOON + timedelta(days=1))

    assert states(closed_tab) == {1: "sent", 2: "sent", 3: "sent", 4: "sent", 100: "sent", 101: "claimed"}  # fmt: skip  # noqa: E501


def test_not_twice_within_a_day(remind):
    remind()
    send(NOON)

    with pytest.raises(TooSoonToRemind):
        remind(NOON + timedelta(hours=19))


def test_not_on_the_heels_of_the_link(remind):
    with pytest.raises(TooSoonToRemind):
        remind(EVENING + timedelta(hours=1))


def test_not_at_night(remind):
    with pytest.raises(TooSoonToRemind):
        remind(datetime(2026, 3, 7, 22, tzinfo=UTC))


def test_not_while_somebody_pays(remind, open_page):
    open_page(now=NOON)

    with pytest.raises(TooSoonToRemind):
        remind()


def test_not_without_an_address(remind, closed_tab):
    closed_tab.customer.email = ""
    closed_tab.customer.save(update_fields=["email"])

    with pytest.raises(NoAddress):
        remind()


def test_not_when_paid(remind, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=2180)

    with pytest.raises(NotOwing):
        remind()


def test_not_against_the_guests_wish(remind, closed_tab):
    mail_stops.stop(
        venue=closed_tab.venue,
        email="donal@example.org",
        reason=StopReason.UNSUBSCRIBED,
        now=EVENING,
    )

    with pytest.raises(RemindersStopped):
        remind()


@pytest.fixture
def skip(closed_tab, ada):
    def make(step):
        row = Reminder.objects.get(tab=closed_tab, step=step)
        return reminder_choices.skip(tab_id=closed_tab.id, reminder_id=row.id, by=ada, now=EVENING)

    return make


def test_one_is_left_out_once(skip, closed_tab):
    assert skip(2) == skip(2)

    assert states(closed_tab) == {1: "due", 2: "skipped", 3: "due", 4: "due"}
    assert told(closed_tab, "reminder_skipped") == 1


def test_what_has_left_cannot_be_left_out(skip, remind):
    remind()

    with pytest.raises(ReminderGone):
        skip(1)


def test_a_reminder_of_another_tab_is_unknown(closed_tab, ada):
    with pytest.raises(ReminderUnknown):
        reminder_choices.skip(tab_id=closed_tab.id, reminder_id=uuid4(), by=ada, now=EVENING)


def test_stopping_and_allowing_are_each_told_once(closed_tab, ada):
    who = {"tab_id": closed_tab.id, "by": ada, "now": EVENING}
    for _press in range(2):
        reminder_choices.stop(**who)
    assert MailStop.objects.live().get().by == ada

    for _press in range(2):
        reminder_choices.allow(**who)

    assert not MailStop.objects.live().exists()
    assert [told(closed_tab, f"reminders_{what}") for what in ("stopped", "resumed")] == [1, 1]


@pytest.mark.parametrize("choice", [reminder_choices.stop, reminder_choices.allow])
def test_there_is_nothing_to_stop_without_an_address(closed_tab, ada, choice):
    closed_tab.customer.email = ""
    closed_tab.customer.save(update_fields=["email"])

    with pytest.raises(NoAddress):
        choice(tab_id=closed_tab.id, by=ada, now=EVENING)


def test_stopping_takes_back_a_mail_that_waits(remind, closed_tab, ada):
    mail = remind()
    reminder_choices.stop(tab_id=closed_tab.id, by=ada, now=NOON)

    mail.refresh_from_db()
    assert mail.state == "withdrawn"


def test_another_address_kills_the_old_link_and_gets_the_next_reminder(remind, closed_tab, ada):
    old = links.mint(tab_id=closed_tab.id, now=EVENING)
    waiting = remind()

    requests.resend_link(tab_id=closed_tab.id, by=ada, now=NOON + MINUTE, email="new@example.org")
    send(NOON + MINUTE)

    assert GuestLink.objects.get(digest=digest(old)).revoked_at == NOON + MINUTE
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    assert GuestLink.objects.filter(revoked_at=None).count() == 1
    link = Message.objects.filter(tab=closed_tab, kind="payment_link").latest("created_at")
    assert (link.to, link.state) == ("new@example.org", "sent")


def test_the_same_address_again_keeps_the_old_link(closed_tab, ada):
    old = links.mint(tab_id=closed_tab.id, now=EVENING)

    requests.resend_link(tab_id=closed_tab.id, by=ada, now=NOON, email="donal@example.org")

    assert GuestLink.objects.get(digest=digest(old)).revoked_at is None


def test_sending_the_link_again_tries_an_address_that_mail_came_back_from(closed_tab, ada):
    mail_stops.stop(
        venue=closed_tab.venue, email="donal@example.org", reason=StopReason.BOUNCED, now=EVENING
    )

    requests.resend_link(tab_id=closed_tab.id, by=ada, now=NOON)

    assert not MailStop.objects.live().exists()
