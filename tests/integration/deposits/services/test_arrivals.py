"""The guest comes, or does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deposits.models import BookingEvent
from deposits.rules.booking_states import BookingEnded
from deposits.rules.visits import ContactWay, GraceNotOver, NotTheDay
from deposits.services import arrivals, bookings
from deposits.services.bookings import Agreed
from orders.models import Acknowledgement, Line
from tests.integration.deposits.conftest import NOW, VISIT


def test_an_arrival_opens_the_tab_with_the_service_on_it(booking, sora):
    arrived = arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)

    line = Line.objects.get(tab=arrived.tab)
    assert (arrived.state, arrived.arrived_at) == ("arrived", VISIT)
    assert (arrived.tab.customer, line.name) == (booking.customer, "Bond treatment")
    assert line.waits_for_yes


def test_arriving_twice_is_one_tab(booking, sora):
    first = arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)

    again = arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)

    assert again.tab == first.tab
    assert Line.objects.count() == 1


def test_a_yes_given_when_booking_counts_at_the_counter(odile, sora, wish, treatment):
    agreed = Agreed(shown=treatment.promise.digest, name="Maeve Byrne")
    booking = bookings.book(venue=odile, wish=wish(agreed=agreed), by=sora, now=NOW)

    arrived = arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)

    line, said = Line.objects.get(tab=arrived.tab), Acknowledgement.objects.get()
    assert not line.waits_for_yes
    assert (said.at, said.name, said.way) == (NOW, "Maeve Byrne", "staff_screen")


def test_nobody_arrives_on_an_earlier_day(booking, sora):
    with pytest.raises(NotTheDay):
        arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT - timedelta(days=1))


def test_whoever_cancelled_does_not_arrive(booking, sora):
    bookings.cancel(booking_id=booking.id, by=None, now=NOW)

    with pytest.raises(BookingEnded):
        arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)


def test_a_no_show_waits_for_the_grace_minutes(booking, sora):
    with pytest.raises(GraceNotOver):
        arrivals.record_no_show(booking_id=booking.id, by=sora, now=VISIT + timedelta(minutes=14))

    late = VISIT + timedelta(minutes=15)
    arrivals.record_no_show(booking_id=booking.id, by=sora, now=late)
    missed = arrivals.record_no_show(booking_id=booking.id, by=sora, now=late)

    assert (missed.state, missed.no_show_at) == ("no_show", late)
    assert BookingEvent.objects.filter(kind="no_show").count() == 1


def test_whoever_came_is_no_no_show(booking, sora):
    arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)

    with pytest.raises(BookingEnded):
        arrivals.record_no_show(booking_id=booking.id, by=sora, now=VISIT + timedelta(hours=1))


def test_who_was_called_and_when_is_kept(booking, sora):
    arrivals.note_contact(
        booking_id=booking.id, way=ContactWay.PHONE, by=sora, now=VISIT, outcome="No answer"
    )

    attempt = booking.contact_attempts.get()
    assert (attempt.way, attempt.outcome, attempt.by, attempt.at) == (
        "phone",
        "No answer",
        sora,
        VISIT,
    )
