"""Who takes bookings and when."""

from __future__ import annotations

from datetime import date, time

import pytest

from deposits.models import Diary
from deposits.selectors import settings
from deposits.services import diaries
from deposits.services.diaries import Day, HoursUnclear, Pause
from deposits.services.placing import PersonNotBookable


def test_opening_a_diary_twice_is_one_diary(odile, sora):
    diaries.open_diary(venue=odile, person=sora)
    diaries.open_diary(venue=odile, person=sora, position=3)

    assert Diary.objects.get().position == 3


def test_only_people_who_work_here_take_bookings(odile, mallory):
    with pytest.raises(PersonNotBookable):
        diaries.open_diary(venue=odile, person=mallory)


def test_a_closed_diary_takes_no_bookings(odile, diary):
    diaries.close_diary(diary=diary)

    assert settings.list_diaries(venue=odile) == []


def test_a_new_week_replaces_the_old_one(diary):
    diaries.set_week(diary=diary, days=[Day(weekday=0, starts=time(10), ends=time(12))])

    assert diary.hours.count() == 1
    assert diary.breaks.count() == 0


@pytest.mark.parametrize(
    "days",
    [
        [Day(weekday=0, starts=time(10), ends=time(10))],
        [Day(weekday=0, starts=time(9), ends=time(10))] * 2,
        [
            Day(
                weekday=0,
                starts=time(9),
                ends=time(17),
                pauses=[Pause(starts=time(13), ends=time(12))],
            )
        ],
    ],
    ids=["no time", "twice", "break backwards"],
)
def test_hours_that_make_no_sense_are_refused(diary, days):
    with pytest.raises(HoursUnclear):
        diaries.set_week(diary=diary, days=days)

    assert diary.hours.count() == 6


def test_days_off_come_and_go(diary):
    off = diaries.add_day_off(
        diary=diary, first_day=date(2026, 3, 9), last_day=date(2026, 3, 10), label="Holiday"
    )
    diaries.remove_day_off(diary=diary, day_off_id=off.id)

    assert not diary.days_off.exists()


def test_a_day_off_does_not_end_before_it_begins(diary):
    with pytest.raises(HoursUnclear):
        diaries.add_day_off(diary=diary, first_day=date(2026, 3, 9), last_day=date(2026, 3, 8))


def test_settings_are_the_defaults_until_they_are_changed(odile):
    assert settings.get_settings(odile).is_public is False

    diaries.change_settings(venue=odile, is_public=True, free_hours=48)

    assert settings.get_settings(odile).free_hours == 48
