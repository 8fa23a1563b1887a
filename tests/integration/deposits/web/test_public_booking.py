"""Booking by oneself: what is shown, what is refused, and that every word typed is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from config.kernel import clock
from deposits.models import Booking, BookingAgreement
from deposits.services import bookings, diaries
from deposits.services.diaries import Day
from orders.models import ThingLink
from orders.rules.promises import AcknowledgementWay
from orders.services import customers, promises
from tests import factories
from tests.integration.deposits.conftest import NOW, VISIT

pytestmark = pytest.mark.django_db
AT = f"{VISIT.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
BOOK = "/book/salon-odile/"


@pytest.fixture(autouse=True)
def early(monkeypatch):
    """Doors read the clock; here it stands still, and nobody has tried anything yet."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()


@pytest.fixture
def times(treatment):
    return f"{BOOK}{treatment.id}/"


@pytest.fixture
def visit(times):
    return f"{times}visit/?at={AT}"


@pytest.fixture
def typed(treatment):
    """What Maeve fills in, changed as a test needs it."""

    def fill(**changes):
        known = {
            "at": AT,
            "request_key": "a-key-of-this-form",
            "shown": treatment.promise.digest,
            "name": "Maeve Byrne",
            "email": "maeve@example.org",
            "note": "A little early, if you can",
            "agreed": "on",
            "website": "",
        }
        return known | changes

    return fill


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_guest_books_step_by_step(client, public, diary, sora, times, visit, typed):
    first = client.get(BOOK)
    second = client.get(times, {"day": "2026-03-10"})
    third = client.get(visit)

    answer = client.post(visit, typed())

    assert times in first.content.decode()
    assert f"at={AT}" in second.content.decode()
    assert "It won’t mend split ends." in words(third)
    assert answer.status_code == 303
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.person, booking.made_by) == (VISIT, sora, None)
    assert booking.note == "A little early, if you can"
    assert "You are booked" in words(client.get(answer["Location"]))


def test_the_yes_is_kept_with_wording_name_time_and_way(
    client, public, diary, treatment, visit, typed
):
    client.post(visit, typed())

    yes = BookingAgreement.objects.get()
    assert (yes.promise, yes.digest) == (treatment.promise, treatment.promise.digest)
    assert (yes.name, yes.at, yes.way) == ("Maeve Byrne", NOW, AcknowledgementWay.OWN_PHONE)


def test_only_the_digest_of_the_link_is_kept(client, public, diary, visit, typed):
    answer = client.post(visit, typed())

    token = answer["Location"].split("/")[2]
    assert not ThingLink.objects.filter(digest=token).exists()
    assert ThingLink.objects.get().thing_id == Booking.objects.get().id


def test_a_double_tap_books_once(client, public, diary, visit, typed):
    client.get(visit)
    first = client.post(visit, typed())
    second = client.post(visit, typed())

    assert [first.status_code, second.status_code] == [303, 303]
    assert Booking.objects.count() == 1
    assert "You are booked" in words(client.get(second["Location"]))


def test_the_key_of_a_form_opens_nothing_in_another_browser(client, public, diary, visit, typed):
    client.post(visit, typed())

    answer = Client().post(visit, typed(name="Mallory", email="mallory@example.org"))

    assert answer.status_code == 409
    assert Booking.objects.count() == 1


def test_a_time_taken_meanwhile_is_answered_with_others_and_keeps_every_word(
    client, public, odile, sora, wish, visit, typed
):
    bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)

    answer = client.post(visit, typed(name="Jo Murray", email="jo@example.org"))

    page = answer.content.decode()
    later = VISIT + timedelta(minutes=45)
    assert answer.status_code == 409
    assert "That time is gone" in page
    assert f'value="{later.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"' in page
    assert all(kept in page for kept in ("Jo Murray", "jo@example.org", "A little early"))
    assert re.search(r'name="agreed"[^>]* checked', page)


def test_one_of_the_others_is_booked_by_the_same_form(
    client, public, odile, sora, wish, visit, typed
):
    bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)
    later = VISIT + timedelta(hours=1)

    answer = client.post(visit, typed(at=f"{later.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"))

    assert answer.status_code == 303
    assert Booking.objects.filter(starts_at=later).exists()


def test_a_time_that_is_gone_is_said_before_anything_is_typed(client, public, booking, visit):
    answer = client.get(visit)

    assert "That time is gone" in words(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Your name"),
        ({"email": "maeve"}, "Your email"),
        ({"email": ""}, "Your email"),
        ({"agreed": ""}, "Tick this if you agree"),
        ({"website": "https://spam.example"}, "looked like a machine"),
        ({"note": "x" * 301}, "Anything we should know?"),
    ],
    ids=["no-name", "odd-email", "no-email", "no-yes", "machine", "long-note"],
)
def test_what_is_missing_is_said_and_nothing_is_booked(
    client, public, diary, visit, typed, changes, said
):
    answer = client.post(visit, typed(**changes))

    assert answer.status_code == 422
    assert said in words(answer)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("at", ["2026-03-10T05:00:00", "tomorrow", "2026-13-45T99:00:00Z"], ids=str)
def test_an_unclear_time_is_asked_for_again(client, public, diary, times, typed, at):
    answer = client.post(f"{times}visit/", typed(at=at))

    assert answer.status_code == 422
    assert "Choose a time, please." in words(answer)


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-07T00:00:00Z",
        "2026-03-10T18:00:00Z",
        "2026-12-10T05:00:00Z",
        "2026-03-01T05:00:00Z",
    ],
    ids=["too-soon", "at-night", "too-far", "over"],
)
def test_a_time_nobody_offers_is_refused_with_others(client, odile, diary, visit, typed, at):
    diaries.change_settings(venue=odile, is_public=True, notice_minutes=24 * 60)

    answer = client.post(visit, typed(at=at))

    assert answer.status_code == 409
    assert "That time is gone" in words(answer)
    assert not Booking.objects.exists()


def test_a_wording_that_has_changed_is_read_once_more(
    client, public, diary, odile, sora, treatment, visit, typed
):
    before = typed()
    treatment.limits = "It won’t mend split ends, nor burns."
    treatment.save(update_fields=["limits"])
    promises.put_in_force([treatment], by=sora, now=NOW)

    answer = client.post(visit, before)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Read it once more" in page
    assert "nor burns" in page
    assert not re.search(r'name="agreed"[^>]* checked', page)


def test_the_page_tells_nobody_who_is_on_file(client, public, diary, odile, visit, typed):
    customers.find_or_create(
        venue=odile, name="Maeve Secret", email="maeve@example.org", phone="", now=NOW
    )

    answer = client.post(visit, typed(name="Somebody"), follow=True)

    assert "Secret" not in words(answer)
    assert "maeve@example.org" not in words(answer)


def test_too_many_tries_are_slowed_down_and_keep_what_was_typed(
    client, public, diary, visit, typed
):
    client.get(visit)
    for number in range(12):
        client.post(visit, typed(request_key=f"key-{number}"))

    answer = client.post(visit, typed(request_key="one-more"))

    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "Maeve Byrne" in answer.content.decode()


def test_times_are_those_of_the_guests_clocks(client, public, diary, times):
    answer = client.get(times, {"day": "2026-03-10", "zone": "Europe/Dublin"})

    assert "Europe/Dublin, not at the place" in words(answer)
    assert 'datetime="2026-03-10T05:00+00:00">05:00' in answer.content.decode()


def test_the_zone_of_a_guest_elsewhere_is_kept(client, public, diary, visit, typed):
    client.post(f"{visit}&zone=Europe/Dublin", typed())

    assert Booking.objects.get().guest_zone == "Europe/Dublin"


def test_an_hour_that_comes_twice_is_told_apart(client, public, odile, diary, times, monkeypatch):
    # In New York clocks go back on 1 November 2026; 05:30 and 06:30 UTC both read 01:30.
    diaries.change_settings(venue=odile, is_public=True, days_ahead=366)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 10, 30, tzinfo=UTC))
    rin = diaries.open_diary(venue=odile, person=factories.make_user("Rin", venue=odile))
    sunday = [Day(weekday=6, starts=time(9), ends=time(23))]
    diaries.set_week(diary=rin, days=sunday)

    page = client.get(times, {"day": "2026-11-01", "zone": "America/New_York"}).content.decode()

    assert re.search(r"01:30</time> <small>EDT", page)
    assert re.search(r"01:30</time> <small>EST", page)
    assert not re.search(r"03:30</time> <small>", page)


@pytest.mark.parametrize(
    "query",
    [{"day": "2026-02-31"}, {"day": "soon"}, {"zone": "Mars/Base"}, {"person": "0"}, {"at": "x"}],
    ids=["no-such-day", "no-day", "no-zone", "nobody", "no-time"],
)
def test_what_an_address_says_unclearly_is_left_out(client, public, diary, times, query):
    assert client.get(times, query).status_code == 200


def test_days_without_room_are_passed_by(client, public, diary, times):
    # The 8th of March is a Sunday.
    page = words(client.get(times, {"day": "2026-03-08"}))

    assert "Sunday 8 March" not in page
    assert "Monday 9 March 2026" in page


def test_no_later_day_is_offered_than_can_be_booked(client, public, diary, times):
    page = words(client.get(times, {"day": "2026-05-06"}))

    assert "Nothing free in these days" in page
    assert "Later days" not in page


def test_what_holds_about_cancelling_is_said_before_booking(client, public, diary, visit, times):
    in_time = words(client.get(visit))
    soon = words(client.get(f"{times}visit/?at=2026-03-07T01:00:00Z"))

    assert "Move or cancel by yourself until Mon 9 Mar, 14:00" in in_time
    assert "Move or cancel by yourself" not in soon
    assert "It is soon" in soon


def test_a_place_that_takes_no_bookings_online_says_so(client, odile, diary, visit, typed):
    answers = [client.get(BOOK), client.get(visit), client.post(visit, typed())]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert "No bookings online just now" in words(answers[0])
    assert not Booking.objects.exists()


def test_nothing_of_another_place_can_be_booked_here(client, public, diary, larkspur, typed):
    other = factories.make_item(larkspur, "Cupping", 2_000, duration_minutes=30)

    assert client.get(f"{BOOK}{other.id}/").status_code == 404
    assert client.post(f"{BOOK}{other.id}/visit/?at={AT}", typed()).status_code == 404
    assert client.get("/book/nowhere/").status_code == 404


def test_a_form_from_elsewhere_is_refused(public, diary, visit, typed):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(visit, typed()).status_code == 403
    assert not Booking.objects.exists()


def test_pages_are_kept_by_nobody(client, public, diary, visit):
    answer = client.get(visit)

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]


def test_guests_get_in_although_nobody_can_count_them(
    client, public, diary, visit, typed, settings
):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert client.post(visit, typed()).status_code == 303
    assert client.get("/b/nothing/").status_code == 404
