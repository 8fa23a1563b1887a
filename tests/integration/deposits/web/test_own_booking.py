"""A guest's own booking by its secret link: seen, put into a calendar, moved, cancelled."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from django.core.cache import cache

from config.kernel import clock
from deposits.models import Booking
from deposits.rules.booking_states import BookingState
from deposits.services import arrivals, bookings
from orders.services import thing_links
from tests.integration.deposits.conftest import NOW, VISIT

pytestmark = pytest.mark.django_db
LATER = VISIT + timedelta(hours=1)
TOO_LATE = VISIT - timedelta(hours=3)


def written(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Doors read the clock; here it stands where a test puts it, and nobody has guessed yet."""
    cache.clear()

    def put(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    put(NOW)
    return put


@pytest.fixture
def link(public, booking):
    return f"/b/{thing_links.mint(thing_id=booking.id, now=NOW)}/"


def test_the_guest_sees_what_is_booked(client, link):
    answer = client.get(link)

    assert answer.status_code == 200
    said = words(answer)
    assert "Bond treatment with Sora" in said
    assert "Tuesday 10 March 2026" in said
    assert "14:00 – 14:40" in said
    assert "Until Mon 9 Mar, 14:00 moving and cancelling cost nothing." in said


def test_a_guest_elsewhere_reads_their_own_clocks(client, odile, sora, wish, public):
    guest = wish().guest
    there = wish(guest=type(guest)(name="Jo", email="jo@example.org", zone="Europe/Dublin"))
    made = bookings.book(venue=odile, wish=there, by=sora, now=NOW)
    token = thing_links.mint(thing_id=made.id, now=NOW)

    here = words(client.get(f"/b/{token}/"))
    there = words(client.get(f"/b/{token}/?zone=Asia/Seoul"))

    assert "05:00 – 05:40 (Europe/Dublin)" in here
    assert "14:00 – 14:40" in there


def test_the_page_stays_private(client, link):
    answer = client.get(link)

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "Maeve" not in words(answer)
    assert "maeve@example.org" not in words(answer)


def test_the_calendar_file_holds_the_visit(client, link, booking):
    answer = client.get(f"{link}visit.ics")

    file = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{booking.id}@afterward\r\n" in file
    assert "DTSTART:20260310T050000Z\r\nDTEND:20260310T054000Z\r\n" in file
    assert "SUMMARY:Bond treatment\\, Salon Odile\r\n" in file
    assert "SEQUENCE:0\r\n" in file
    assert "STATUS:CONFIRMED\r\n" in file


def test_moved_or_cancelled_the_calendar_is_told_so(client, link):
    client.post(f"{link}moving/", {"at": written(LATER)})
    client.post(f"{link}cancellation/")

    file = client.get(f"{link}visit.ics").content.decode()

    assert "DTSTART:20260310T060000Z" in file
    assert "SEQUENCE:2\r\n" in file
    assert "STATUS:CANCELLED" in file


def test_the_guest_chooses_another_time_and_moves(client, link, booking):
    times = client.get(f"{link}moving/", {"day": "2026-03-10"})
    look = client.get(f"{link}moving/", {"at": written(LATER)})
    answer = client.post(f"{link}moving/", {"at": written(LATER)})

    booking.refresh_from_db()
    assert f"at={written(LATER)}" in times.content.decode()
    assert f"at={written(VISIT)}" not in times.content.decode()
    assert "Move to Tue 10 Mar, 15:00" in words(look)
    assert (answer.status_code, answer["Location"]) == (303, link)
    assert booking.starts_at == LATER


def test_moving_twice_to_the_same_time_is_moving_once(client, link, booking):
    answers = [client.post(f"{link}moving/", {"at": written(LATER)}) for _each in range(2)]

    booking.refresh_from_db()
    assert [each.status_code for each in answers] == [303, 303]
    assert booking.sequence == 1


@pytest.mark.parametrize("asked", ["", "noon"], ids=["none", "unclear"])
def test_moving_needs_a_time(client, link, booking, asked):
    answer = client.post(f"{link}moving/", {"at": asked})

    booking.refresh_from_db()
    assert answer.status_code == 422
    assert "Choose a time, please." in words(answer)
    assert booking.starts_at == VISIT


def test_a_time_taken_meanwhile_leaves_the_booking_as_it_was(
    client, link, booking, odile, sora, wish
):
    bookings.book(venue=odile, wish=wish(starts_at=LATER), by=sora, now=NOW)

    answer = client.post(f"{link}moving/", {"at": written(LATER)})

    booking.refresh_from_db()
    assert answer.status_code == 409
    assert "Your booking stands as it was." in words(answer)
    assert booking.starts_at == VISIT


def test_too_late_it_cannot_be_moved_by_the_guest(client, link, booking, at):
    at(TOO_LATE)

    looked = client.get(f"{link}moving/")
    answer = client.post(f"{link}moving/", {"at": written(LATER)})

    booking.refresh_from_db()
    assert "It is too late to move this by yourself." in words(looked)
    assert answer.status_code == 409
    assert booking.starts_at == VISIT


def test_cancelling_says_first_what_it_costs(client, link, booking):
    page = client.get(f"{link}cancellation/")

    booking.refresh_from_db()
    assert "It costs you ₩0" in words(page)
    assert booking.is_confirmed


def test_cancelled_twice_is_cancelled_once(client, link, booking):
    answers = [client.post(f"{link}cancellation/") for _each in range(2)]

    booking.refresh_from_db()
    assert [each.status_code for each in answers] == [303, 303]
    assert (booking.state, booking.sequence) == (BookingState.CANCELLED, 1)
    assert "This booking is cancelled" in words(client.get(link))


def test_a_late_cancellation_is_called_one(client, link, booking, at):
    at(TOO_LATE)

    page = words(client.get(f"{link}cancellation/"))
    client.post(f"{link}cancellation/")

    booking.refresh_from_db()
    assert "counts as a late cancellation" in page
    assert booking.state == BookingState.CANCELLED_LATE


def test_who_has_come_cannot_cancel_any_more(client, link, booking, sora, at):
    arrivals.arrive(booking_id=booking.id, by=sora, now=VISIT)
    at(VISIT)

    answer = client.post(f"{link}cancellation/")

    booking.refresh_from_db()
    assert answer.status_code == 409
    assert "You came" in words(answer)
    assert booking.has_arrived


@pytest.mark.parametrize("path", ["", "moving/", "cancellation/", "visit.ics"], ids=str)
def test_a_link_that_never_was_opens_nothing(client, link, path):
    answer = client.get(f"/b/{'x' * 43}/{path}")

    assert answer.status_code == 404
    assert "This link does not work any more" in words(answer)


def test_a_link_that_was_revoked_opens_nothing(client, link, booking):
    thing_links.revoke_all(thing_id=booking.id, now=NOW)

    assert client.get(link).status_code == 404
    assert client.post(f"{link}cancellation/").status_code == 404
    assert Booking.objects.get().is_confirmed


def test_whoever_guesses_is_slowed_down(client, link):
    for number in range(30):
        client.get(f"/b/guess-{number}/")

    assert client.get("/b/guess-31/").status_code == 429
    assert client.get(link).status_code == 200
