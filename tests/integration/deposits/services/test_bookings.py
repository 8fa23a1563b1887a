"""Bookings until the visit: made, confirmed, moved, cancelled, and each refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from deposits.models import Booking, BookingEvent
from deposits.rules.booking_states import BookingEnded
from deposits.services import bookings, diaries
from deposits.services.bookings import Agreed, ContactMissing, Guest
from deposits.services.placing import (
    NotBookedOnline,
    OutsideHours,
    PersonNotBookable,
    ServiceNotBookable,
    TimePassed,
    TimeTaken,
)
from orders.rules.texts import ReasonMissing
from orders.services.acknowledgements import PromiseChanged, SignatureMissing
from tests import factories
from tests.integration.deposits.conftest import NOW, VISIT


def kinds(booking):
    return list(BookingEvent.objects.filter(booking=booking).values_list("kind", flat=True))


def test_a_booking_copies_what_it_was_made_under(booking, treatment, sora):
    assert (booking.state, booking.person, booking.made_by) == ("confirmed", sora, sora)
    assert (booking.service_name, booking.price_minor) == ("Bond treatment", 55_000)
    assert booking.ends_at - booking.starts_at == timedelta(minutes=40)
    assert booking.free_until == VISIT - timedelta(hours=24)
    assert booking.customer.email == "maeve@example.org"
    assert kinds(booking) == ["booked"]


def test_the_buffer_keeps_the_person_busy(odile, sora, wish, treatment):
    diaries.set_buffer(item=treatment, minutes=20)

    booking = bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)

    assert booking.busy_until - booking.ends_at == timedelta(minutes=20)
    with pytest.raises(TimeTaken):
        bookings.book(
            venue=odile,
            wish=wish(starts_at=VISIT + timedelta(minutes=45), person_id=sora.pk),
            by=sora,
            now=NOW,
        )


def test_the_same_key_again_is_the_same_booking(odile, sora, wish):
    first = bookings.book(venue=odile, wish=wish(request_key="press"), by=sora, now=NOW)

    again = bookings.book(venue=odile, wish=wish(request_key="press"), by=sora, now=NOW)

    assert again == first
    assert Booking.objects.count() == 1


def test_two_visits_of_one_person_cannot_meet(odile, sora, wish, booking):
    with pytest.raises(TimeTaken):
        bookings.book(
            venue=odile, wish=wish(starts_at=VISIT + timedelta(minutes=39)), by=sora, now=NOW
        )

    after = bookings.book(
        venue=odile, wish=wish(starts_at=VISIT + timedelta(minutes=40)), by=sora, now=NOW
    )
    assert after.starts_at == booking.busy_until


def test_anyone_is_whoever_is_free_first(odile, sora, jude, wish, booking):
    second = bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)

    assert (booking.person, second.person) == (sora, jude)
    with pytest.raises(TimeTaken):
        bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)


def test_the_database_itself_refuses_an_overlap(booking):
    copy = Booking.objects.get(id=booking.id)
    copy.pk, copy.request_key = None, None
    copy.id = Booking._meta.pk.get_default()
    copy.starts_at += timedelta(minutes=30)
    copy.ends_at = copy.busy_until = copy.starts_at + timedelta(minutes=5)

    with pytest.raises(IntegrityError, match="deposits_booking_no_overlap"), transaction.atomic():
        copy.save(force_insert=True)

    copy.starts_at, copy.ends_at = booking.busy_until, booking.busy_until + timedelta(minutes=5)
    copy.busy_until = copy.ends_at
    copy.save(force_insert=True)
    with pytest.raises(IntegrityError, match="deposits_booking_no_overlap"), transaction.atomic():
        Booking.objects.filter(id=copy.id).update(starts_at=booking.starts_at)


def test_a_cancelled_visit_frees_its_time(odile, sora, wish, booking):
    bookings.cancel(booking_id=booking.id, by=sora, now=NOW, reason="Ill")

    assert bookings.book(venue=odile, wish=wish(), by=sora, now=NOW).starts_at == VISIT


def test_work_at_another_place_takes_the_same_time(odile, sora, wish, northfold, booking):
    advice = factories.make_item(northfold, "Advice", 1000, duration_minutes=60)
    factories.memberships.join(user=sora, venue=northfold, role="staff", now=NOW)
    diaries.open_diary(venue=northfold, person=sora)

    with pytest.raises(TimeTaken):
        bookings.book(venue=northfold, wish=wish(item_id=advice.id, anyway=True), by=sora, now=NOW)


def test_what_has_no_length_cannot_be_booked(odile, sora, wish):
    shampoo = factories.make_item(odile, "Shampoo", 9_000)

    with pytest.raises(ServiceNotBookable):
        bookings.book(venue=odile, wish=wish(item_id=shampoo.id), by=sora, now=NOW)


def test_services_of_another_place_cannot_be_booked(odile, northfold, sora, wish):
    advice = factories.make_item(northfold, "Advice", 1000, duration_minutes=60)

    with pytest.raises(ServiceNotBookable):
        bookings.book(venue=odile, wish=wish(item_id=advice.id), by=sora, now=NOW)


def test_people_without_a_diary_cannot_be_booked(odile, sora, mallory, wish):
    with pytest.raises(PersonNotBookable):
        bookings.book(venue=odile, wish=wish(person_id=mallory.pk), by=sora, now=NOW)


def test_people_who_do_something_else_cannot_be_booked_for_it(odile, sora, diary, wish):
    cut = factories.make_item(odile, "Cut", 30_000, duration_minutes=30)
    diaries.open_diary(venue=odile, person=sora, services=[cut])

    with pytest.raises(PersonNotBookable):
        bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)


@pytest.mark.parametrize("hour", [8, 12, 17])
def test_outside_the_hours_only_if_staff_mean_it(odile, sora, wish, hour):
    early = VISIT.replace(hour=hour)

    with pytest.raises(OutsideHours):
        bookings.book(venue=odile, wish=wish(starts_at=early), by=sora, now=NOW)

    meant = wish(starts_at=early, anyway=True)
    assert bookings.book(venue=odile, wish=meant, by=sora, now=NOW).starts_at == early


def test_nobody_is_booked_on_a_day_off(odile, sora, diary, wish):
    diaries.add_day_off(diary=diary, first_day=date(2026, 3, 9), last_day=date(2026, 3, 10))

    with pytest.raises(OutsideHours):
        bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)


def test_a_time_that_is_over_cannot_be_booked(odile, sora, wish):
    with pytest.raises(TimePassed):
        bookings.book(venue=odile, wish=wish(), by=sora, now=VISIT + timedelta(minutes=40))


def test_a_guest_needs_an_address(odile, sora, wish):
    with pytest.raises(ContactMissing):
        bookings.book(venue=odile, wish=wish(guest=Guest(name="Leo")), by=sora, now=NOW)


@pytest.mark.usefixtures("public")
def test_a_guest_books_and_their_yes_is_kept(odile, wish, treatment):
    agreed = Agreed(shown=treatment.promise.digest, name="Maeve Byrne")

    booking = bookings.book(venue=odile, wish=wish(agreed=agreed), by=None, now=NOW)

    kept = booking.agreements.get()
    assert (kept.digest, kept.name, kept.way) == (agreed.shown, "Maeve Byrne", "own_phone")
    assert (kept.at, booking.made_by) == (NOW, None)


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize(
    ("agreed", "refusal"),
    [
        (None, SignatureMissing),
        (Agreed(shown="other", name="Maeve"), PromiseChanged),
    ],
    ids=["nothing", "another wording"],
)
def test_a_guest_agrees_to_the_promise(odile, wish, agreed, refusal):
    with pytest.raises(refusal):
        bookings.book(venue=odile, wish=wish(agreed=agreed), by=None, now=NOW)

    assert not Booking.objects.exists()


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(days=61)], ids=str)
def test_a_guest_books_neither_too_soon_nor_too_far_ahead(odile, wish, ahead):
    with pytest.raises(NotBookedOnline):
        bookings.book(venue=odile, wish=wish(), by=None, now=VISIT - ahead)


def test_a_guest_books_only_where_the_venue_lets_them(odile, wish):
    with pytest.raises(NotBookedOnline):
        bookings.book(venue=odile, wish=wish(), by=None, now=NOW)


def test_a_booking_that_waits_for_a_deposit_is_confirmed_once(odile, sora, wish):
    booking = bookings.book(venue=odile, wish=wish(waits_for_deposit=True), by=sora, now=NOW)
    assert booking.state == "requested"

    bookings.confirm(booking_id=booking.id, now=NOW)
    bookings.confirm(booking_id=booking.id, now=NOW)

    assert kinds(booking) == ["booked", "confirmed"]


def test_what_was_cancelled_is_not_confirmed(sora, booking):
    bookings.cancel(booking_id=booking.id, by=sora, now=NOW, reason="Ill")

    with pytest.raises(BookingEnded):
        bookings.confirm(booking_id=booking.id, now=NOW)


def test_a_booking_moves_to_another_time_and_person(sora, jude, booking):
    later = VISIT + timedelta(days=1)

    moved = bookings.move(
        booking_id=booking.id, starts_at=later, person_id=jude.pk, by=sora, now=NOW
    )

    assert (moved.starts_at, moved.person, moved.sequence) == (later, jude, 1)
    assert moved.free_until == later - timedelta(hours=24)
    event = BookingEvent.objects.filter(kind="moved").get()
    assert event.data["was_at"] == "2026-03-10T05:00:00+00:00"


def test_a_visit_moves_within_its_own_time(sora, booking):
    moved = bookings.move(
        booking_id=booking.id, starts_at=VISIT + timedelta(minutes=15), by=sora, now=NOW
    )

    assert moved.starts_at == VISIT + timedelta(minutes=15)


def test_moving_to_where_it_is_changes_nothing(sora, booking):
    bookings.move(booking_id=booking.id, starts_at=VISIT, by=sora, now=NOW)

    assert kinds(booking) == ["booked"]


def test_a_booking_moves_to_no_time_that_is_taken(odile, sora, wish, booking):
    other = bookings.book(
        venue=odile, wish=wish(starts_at=VISIT + timedelta(hours=1)), by=sora, now=NOW
    )

    with pytest.raises(TimeTaken):
        bookings.move(booking_id=other.id, starts_at=VISIT, by=sora, now=NOW)


@pytest.mark.usefixtures("public")
def test_a_guest_moves_while_cancelling_is_in_time(booking):
    later = VISIT + timedelta(days=1)

    with pytest.raises(NotBookedOnline):
        bookings.move(
            booking_id=booking.id, starts_at=later, by=None, now=VISIT - timedelta(hours=23)
        )

    moved = bookings.move(booking_id=booking.id, starts_at=later, by=None, now=NOW)
    assert moved.starts_at == later


@pytest.mark.parametrize(
    ("before", "by_venue", "end"),
    [
        (timedelta(hours=24), False, "cancelled"),
        (timedelta(hours=23), False, "cancelled_late"),
        (timedelta(hours=1), True, "cancelled"),
    ],
    ids=["in time", "late", "the venue"],
)
def test_cancelling_is_in_time_or_late(sora, booking, before, by_venue, end):
    cancelled = bookings.cancel(
        booking_id=booking.id, by=sora, now=VISIT - before, reason="Ill", by_venue=by_venue
    )

    assert (cancelled.state, cancelled.sequence) == (end, 1)
    assert cancelled.cancelled_at == VISIT - before


def test_a_guest_cancels_once_and_needs_no_reason(booking):
    bookings.cancel(booking_id=booking.id, by=None, now=NOW)
    bookings.cancel(booking_id=booking.id, by=None, now=NOW)

    assert kinds(booking) == ["booked", "cancelled"]


def test_staff_say_why_they_cancel_and_do_it_once(sora, booking):
    with pytest.raises(ReasonMissing):
        bookings.cancel(booking_id=booking.id, by=sora, now=NOW)

    bookings.cancel(booking_id=booking.id, by=sora, now=NOW, reason="Ill")
    with pytest.raises(BookingEnded):
        bookings.cancel(booking_id=booking.id, by=sora, now=NOW, reason="Ill")


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 3, 28), 14), (date(2026, 3, 30), 13)], ids=["before", "after"]
)
def test_two_o_clock_stays_two_o_clock_across_the_change(larkspur, ada, wish, day, hour):
    advice = factories.make_item(larkspur, "Tasting", 1000, duration_minutes=60)
    diaries.open_diary(venue=larkspur, person=ada)
    at = datetime(day.year, day.month, day.day, 14, tzinfo=ZoneInfo("Europe/Dublin"))

    booking = bookings.book(
        venue=larkspur,
        wish=wish(item_id=advice.id, starts_at=at, anyway=True),
        by=ada,
        now=NOW,
    )

    assert booking.starts_at.astimezone(UTC).hour == hour
    assert larkspur.local(booking.starts_at).hour == 14
