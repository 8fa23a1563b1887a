"""Guests are told of their booking, by their own clocks, with the link to its page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from config.kernel import clock
from deposits.services import bookings
from deposits.services.bookings import Guest
from orders.models import Message
from orders.services import messages
from tests.integration.deposits.conftest import NOW, VISIT

pytestmark = pytest.mark.django_db
LATER = VISIT + timedelta(hours=1)


def written():
    return list(Message.objects.filter(kind="booking_note").order_by("created_at", "source_key"))


def test_who_is_booked_is_told_when_and_with_whom(booking):
    (note,) = written()

    assert note.to == "maeve@example.org"
    assert note.subject == "You are booked at Salon Odile: Tuesday 10 March 2026, 14:00"
    assert "Bond treatment with Sora" in note.text
    assert "free until Mon 9 Mar, 14:00" in " ".join(note.text.split())
    assert "DTSTART:20260310T050000Z" in note.calendar


def test_nothing_is_promised_that_is_over_already(odile, sora, wish):
    bookings.book(venue=odile, wish=wish(), by=sora, now=VISIT - timedelta(hours=3))

    text = " ".join(written()[0].text.split())
    assert "free until" not in text
    assert "If you cannot come, please tell us." in text


def test_moved_and_cancelled_the_guest_is_told_again(booking, sora):
    bookings.move(booking_id=booking.id, starts_at=LATER, by=sora, now=NOW + timedelta(minutes=1))
    bookings.cancel(booking_id=booking.id, by=None, now=NOW + timedelta(minutes=2))

    _first, moved, cancelled = written()
    assert "has moved: Tuesday 10 March 2026, 15:00" in moved.subject
    assert "SEQUENCE:1\r\n" in moved.calendar
    assert "is cancelled" in cancelled.subject
    assert "STATUS:CANCELLED" in cancelled.calendar


def test_what_changes_nothing_is_told_to_nobody(booking, sora):
    bookings.move(booking_id=booking.id, starts_at=VISIT, by=sora, now=NOW)
    bookings.confirm(booking_id=booking.id, now=NOW)

    assert len(written()) == 1


def test_a_guest_elsewhere_reads_their_own_clocks(odile, sora, wish):
    guest = Guest(name="Jo", email="jo@example.org", zone="Europe/Dublin")

    bookings.book(venue=odile, wish=wish(guest=guest), by=sora, now=NOW)

    assert written()[0].subject.endswith("Tuesday 10 March 2026, 05:00 (Europe/Dublin)")


def test_without_an_address_nothing_is_written(odile, sora, wish):
    guest = Guest(name="Jo", phone="+82 2 312 3456")

    bookings.book(venue=odile, wish=wish(guest=guest), by=sora, now=NOW)

    assert written() == []


def test_who_waits_for_a_deposit_is_not_booked_yet(odile, sora, wish):
    made = bookings.book(venue=odile, wish=wish(waits_for_deposit=True), by=sora, now=NOW)
    before = len(written())

    bookings.confirm(booking_id=made.id, now=NOW)

    assert (before, len(written())) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_mail_opens_the_booking_and_brings_the_calendar(booking, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)

    messages.send_due(now=NOW)

    (sent,) = mail.outbox
    path = re.search(r"/b/[\w-]{43}/", sent.body)[0]
    assert "You are booked" in Client().get(path).content.decode()
    assert sent.attachments[0][0] == "visit.ics"
    assert "BEGIN:VEVENT" in sent.attachments[0][1]
