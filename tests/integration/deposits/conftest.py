"""Salon Odile takes bookings: Sora and Jude work there, a treatment takes 40 minutes."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from deposits.services import bookings, diaries
from deposits.services.bookings import Guest, Wish
from deposits.services.diaries import Day, Pause
from tests import factories
from tests.conftest import EVENING

SEOUL = ZoneInfo("Asia/Seoul")
# EVENING is early on Saturday the 7th in Seoul. The visit is on the Tuesday after it.
NOW = EVENING
VISIT = datetime(2026, 3, 10, 14, 0, tzinfo=SEOUL)
LUNCH = Pause(starts=time(12), ends=time(13), label="Lunch")
WEEK = [Day(weekday=day, starts=time(9), ends=time(17), pauses=[LUNCH]) for day in range(6)]


@pytest.fixture
def diary(odile, sora):
    """Sora works from nine to five but on Sundays, and has lunch at noon."""
    diary = diaries.open_diary(venue=odile, person=sora)
    diaries.set_week(diary=diary, days=WEEK)
    return diary


@pytest.fixture
def jude(odile):
    """Jude works at Odile too, as Sora does."""
    person = factories.make_user("Jude", venue=odile)
    diaries.set_week(diary=diaries.open_diary(venue=odile, person=person, position=1), days=WEEK)
    return person


@pytest.fixture
def public(odile):
    """Guests may book by themselves."""
    return diaries.change_settings(venue=odile, is_public=True)


@pytest.fixture
def wish(treatment, diary):
    """What Maeve would like, changed as a test needs it."""

    def make(**changes):
        guest = Guest(name="Maeve Byrne", email="maeve@example.org")
        return Wish(**{"item_id": treatment.id, "starts_at": VISIT, "guest": guest} | changes)

    return make


@pytest.fixture
def booking(odile, sora, wish):
    """Maeve is booked for Tuesday at two."""
    return bookings.book(venue=odile, wish=wish(), by=sora, now=NOW)
