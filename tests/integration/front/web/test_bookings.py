"""Staff pages of bookings: who may, what they show, what they refuse."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from config.front.web.booking_urls import booking_patterns
from config.kernel import clock
from deposits.models import Booking
from deposits.services import bookings, diaries
from deposits.services.bookings import Guest, Wish
from deposits.services.diaries import Day
from orders.rules.roles import Role
from tests import factories
from tests.conftest import EVENING
from tests.staff import browser_of

AT = "/v/salon-odile/bookings/"
WEEK = [Day(weekday=day, starts=time(9), ends=time(17)) for day in range(7)]
# EVENING is half past four in the morning of the 7th in Seoul.
VISIT = EVENING + timedelta(hours=7)
FORM = {"day": "2026-03-07", "at": "13:00", "name": "Leo Park", "email": "leo@park.example"}
NEVER = {"post": 405}
ALL = {"staff": 200, "manager": 200, "owner": 200}
DONE = dict.fromkeys(ALL, 303)
MANAGERS = {"staff": 403, "manager": 200, "owner": 200}
CHOICES = {
    "step_minutes": 15, "notice_minutes": 60, "days_ahead": 30, "free_hours": 24,
    "grace_minutes": 10, "reminder_hours": 24,
}  # fmt: skip
# By name: what a GET and a POST answer by role, and what the POST carries.
RULES = {
    "day": (ALL, None, {}),
    "new": (ALL, DONE, FORM),
    "settings": (MANAGERS, MANAGERS | {"manager": 303, "owner": 303}, CHOICES),
    "week": (MANAGERS, MANAGERS | {"manager": 303, "owner": 303}, {}),
    "day_off": (
        None,
        MANAGERS | {"manager": 303, "owner": 303},
        {"first_day": "2026-03-09", "last_day": "2026-03-09"},
    ),
    "day_off_removal": (None, MANAGERS | {"manager": 303, "owner": 303}, {}),
    "diary_end": (None, MANAGERS | {"manager": 303, "owner": 303}, {}),
    "detail": (ALL, None, {}),
    "moving": (ALL, DONE, {"day": "2026-03-07", "at": "15:00"}),
    "cancellation": (ALL, DONE, {"reason": "Ill"}),
    "arrival": (None, DONE, {}),
    "no_show": (None, DONE, {}),
    "contact": (None, DONE, {"way": "phone"}),
}
NAMES = sorted(str(pattern.name) for pattern in booking_patterns)


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    """Half an hour after the visit was to begin: everything may be done with it."""
    monkeypatch.setattr(clock, "now", lambda: VISIT + timedelta(minutes=30))


@pytest.fixture
def diary(odile, sora):
    diary = diaries.open_diary(venue=odile, person=sora)
    diaries.set_week(diary=diary, days=WEEK)
    return diary


@pytest.fixture
def booking(odile, sora, treatment, diary):
    guest = Guest(name="Maeve Byrne", email="maeve@example.org")
    wish = Wish(item_id=treatment.id, starts_at=VISIT, guest=guest)
    return bookings.book(venue=odile, wish=wish, by=sora, now=EVENING)


@pytest.fixture
def browser(sora):
    return browser_of(sora)


@pytest.fixture
def address(booking, sora):
    """Where a page is, by its name."""
    parts = {pattern.name: str(pattern.pattern) for pattern in booking_patterns}

    def of(name):
        path = parts[name].replace("<uuid:booking_id>", str(booking.id))
        return AT + path.replace("<int:person_id>", str(sora.pk)).replace("<int:day_off_id>", "1")

    return of


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_every_page_has_a_rule():
    assert sorted(RULES) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["staff", "manager", "owner"])
def test_who_may_do_what(odile, treatment, address, name, role):
    person = factories.make_user(role.title(), venue=odile, role=Role(role))
    gets, posts, body = RULES[name]
    expected = [each[role] if each else 405 for each in (gets, posts)]
    body = {**body, "item": str(treatment.id)} if name == "new" else body

    browser = browser_of(person)
    answers = [browser.get(address(name)), browser.post(address(name), body)]

    assert [answer.status_code for answer in answers] == expected


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_people_from_elsewhere_find_nothing(address, mallory, name, method):
    answer = getattr(browser_of(mallory), method)(address(name))

    wrong_method = {"get": RULES[name][0], "post": RULES[name][1]}[method] is None
    assert answer.status_code == (405 if wrong_method else 404)


def test_nobody_sees_a_booking_of_another_place(booking, ada):
    answer = browser_of(ada).get(f"/v/larkspur-coffee/bookings/{booking.id}/")

    assert answer.status_code == 404


def test_the_day_shows_who_comes_to_whom(browser, booking):
    page = shown(browser.get(AT))

    assert "Saturday 7 March" in page
    assert "1 visit" in page
    assert page.count("Maeve Byrne") == 2
    assert f"#b{booking.id.hex} {{ grid-area: 13 / 2 / 16; }}" in page


def test_another_day_is_empty_and_nonsense_is_today(browser, booking):
    assert "Maeve Byrne" not in shown(browser.get(f"{AT}?day=2026-03-08"))
    assert "Maeve Byrne" in shown(browser.get(f"{AT}?day=2026-99-99"))


def test_the_list_has_no_grid(browser, booking):
    page = shown(browser.get(f"{AT}?view=list"))

    assert 'id="grid"' not in page
    assert "Maeve Byrne" in page


def test_free_times_of_a_day_fill_in_the_time(browser, treatment, booking):
    page = shown(browser.get(f"{AT}new/?item={treatment.id}&day=2026-03-07"))

    assert "at=13:00" in page
    assert "at=11:30" not in page


def test_a_new_booking_counts_once(browser, treatment, diary):
    body = FORM | {"item": str(treatment.id), "request_key": "press"}

    first, again = browser.post(f"{AT}new/", body), browser.post(f"{AT}new/", body)

    made = Booking.objects.get()
    assert first["Location"] == again["Location"] == f"{AT}{made.id}/"
    assert (made.customer.name, made.venue.local(made.starts_at).hour) == ("Leo Park", 13)


def test_a_time_that_is_taken_keeps_what_was_typed_and_shows_the_free_ones(
    browser, treatment, booking
):
    answer = browser.post(f"{AT}new/", FORM | {"item": str(treatment.id), "at": "11:45"})

    page = shown(answer)
    assert answer.status_code == 409
    assert "Somebody else has just taken that time" in page
    assert 'value="Leo Park"' in page
    assert "at=13:00" in page


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"day": "soon"}, {"at": "25:00"}, {"email": "leo@"}, {"person": "0"}],
    ids=str,
)
def test_what_cannot_be_read_is_said_and_nothing_is_booked(browser, treatment, diary, change):
    answer = browser.post(f"{AT}new/", FORM | {"item": str(treatment.id)} | change)

    assert answer.status_code == 422
    assert not Booking.objects.exists()


def test_an_arrival_leads_to_the_tab(browser, booking):
    answer = browser.post(f"{AT}{booking.id}/arrival/")

    booking.refresh_from_db()
    assert answer["Location"] == f"/v/salon-odile/tabs/{booking.tab_id}/pad/"


def test_a_no_show_too_early_is_refused_in_words(browser, booking, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: VISIT)

    answer = browser.post(f"{AT}{booking.id}/no-show/")

    assert answer.status_code == 409
    assert "They have 15 minutes from the start." in shown(answer)


def test_a_cancelled_booking_cannot_be_moved(browser, booking, sora):
    bookings.cancel(booking_id=booking.id, by=sora, now=EVENING, reason="Ill")

    answer = browser.post(f"{AT}{booking.id}/moving/", {"day": "2026-03-08", "at": "10:00"})

    assert answer.status_code == 409
    assert "This booking is cancelled" in shown(answer)


def test_a_week_is_kept_as_it_was_filled_in(browser, odile, sora):
    body = {"from_1": "10:00", "to_1": "18:00", "break_1": "13:00", "back_1": "13:30"}

    browser.post(f"{AT}people/{sora.pk}/", body)

    hours = sora.diaries.get().hours.get()
    assert (hours.weekday, hours.starts, hours.ends) == (0, time(10), time(18))
    assert 'value="13:30"' in shown(browser.get(f"{AT}people/{sora.pk}/"))


@pytest.mark.parametrize(
    "body", [{"from_1": "10:00"}, {"from_1": "10:00", "to_1": "09:00"}], ids=str
)
def test_a_week_that_makes_no_sense_is_refused(browser, sora, diary, body):
    answer = browser.post(f"{AT}people/{sora.pk}/", body)

    assert answer.status_code == 422
    assert diary.hours.count() == 7
