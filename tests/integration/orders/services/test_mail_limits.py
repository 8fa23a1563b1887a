"""Limits of mail: what is too much stays in the outbox and leaves later; nothing is dropped."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from orders.models import MailCount, Message, Tab
from orders.selectors.mail_limits import get_pace
from orders.services import mail_limits, messages
from tests import factories
from tests.conftest import EVENING

MINUTE = timedelta(minutes=1)


@pytest.fixture
def write(tab):
    """Puts a mail in the outbox; each is younger than the one before, or their order is chance."""
    Tab.objects.filter(id=tab.id).update(status="closed", closed_at=EVENING, due_at=EVENING)
    ages = itertools.count()

    def make(name, *, is_reminder=False, of=None):
        message = factories.make_message(of or tab, name)
        fields = {"created_at": EVENING + timedelta(milliseconds=next(ages))}
        if is_reminder:
            fields |= {"is_reminder": True, "send_before": EVENING + timedelta(hours=1)}
        Message.objects.filter(id=message.id).update(**fields)
        return message

    return make


def left():
    sent = Message.objects.filter(state="sent", source_key__startswith="m")
    return sorted(sent.values_list("source_key", flat=True))


def test_what_is_too_much_leaves_in_the_next_minute(write, settings):
    settings.MAILS_PER_MINUTE = 2
    for name in ("m1", "m2", "m3"):
        write(name)

    counts = [messages.send_due(now=EVENING + step) for step in (0 * MINUTE, 0 * MINUTE, MINUTE)]

    assert counts == [2, 0, 1]
    assert left() == ["m1", "m2", "m3"]
    assert [row.count for row in MailCount.objects.filter(venue=None).order_by("minute")] == [2, 1]


def test_a_mail_that_is_sent_at_once_counts_and_waits_too(write, settings):
    settings.MAILS_PER_MINUTE = 1
    first, second = write("m1"), write("m2")

    assert [messages.send_one(each.id, EVENING) for each in (first, second)] == [1, 0]

    second.refresh_from_db()
    assert (second.state, second.attempts) == ("due", 0)


def test_one_venues_heap_does_not_hide_what_others_wait_for(write, settings, odile, sora):
    settings.MAILS_PER_MINUTE_OF_VENUE = 2
    for number in range(5):
        write(f"m{number}")
    theirs = factories.make_tab(odile, sora, factories.make_item(odile, "Cut", 50_000))
    messages.send_due(now=EVENING, limit=3)
    write("m9", of=theirs)

    messages.send_due(now=EVENING, limit=3)

    assert left() == ["m0", "m1", "m9"]


def test_a_link_finds_room_behind_a_heap_of_reminders(write, settings):
    settings.MAILS_PER_MINUTE_OF_VENUE = 4
    for number in range(5):
        write(f"m{number}", is_reminder=True)
    messages.send_due(now=EVENING)
    write("m9")

    messages.send_due(now=EVENING)

    assert left() == ["m0", "m1", "m2", "m9"]


def test_without_limits_nothing_is_counted(write):
    write("m1")

    messages.send_due(now=EVENING)

    assert left() == ["m1"]
    assert not MailCount.objects.exists()


def test_the_pace_says_what_left_and_what_waits(write, settings, client):
    settings.MAILS_PER_MINUTE = 1
    for name in ("m1", "m2", "m3"):
        write(name)
    messages.send_due(now=EVENING)

    pace = get_pace(now=EVENING)

    assert (pace.left, pace.waiting, pace.limits.in_all) == (1, 2, 1)
    assert "mails wait." in client.get("/sweepsz").content.decode()


def test_minutes_long_over_are_forgotten(db):
    for days in (0, 2):
        MailCount.objects.create(minute=EVENING - timedelta(days=days), count=1)

    mail_limits.purge(now=EVENING)

    assert MailCount.objects.count() == 1
