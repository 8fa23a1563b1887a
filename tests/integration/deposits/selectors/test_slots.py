"""Free times, in anybody's zone."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from deposits.selectors import slots
from deposits.services import diaries
from tests.integration.deposits.conftest import NOW, VISIT

TUESDAY = date(2026, 3, 10)


def clock(odile, found):
    return [f"{odile.local(slot.starts_at):%H:%M}" for slot in found]


@pytest.fixture
def hourly(odile):
    diaries.change_settings(venue=odile, step_minutes=60)


@pytest.mark.usefixtures("hourly", "diary")
def test_free_times_lie_in_the_hours_beside_breaks(odile, treatment):
    found = slots.list_slots(venue=odile, item=treatment, day=TUESDAY, not_before=NOW)

    assert clock(odile, found) == ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


@pytest.mark.usefixtures("hourly", "booking")
def test_what_is_booked_is_not_free(odile, treatment, sora, jude):
    alone = slots.list_slots(
        venue=odile, item=treatment, day=TUESDAY, not_before=NOW, person_id=sora.pk
    )
    anyone = slots.list_slots(venue=odile, item=treatment, day=TUESDAY, not_before=NOW)

    assert "14:00" not in clock(odile, alone)
    assert {slot.people for slot in anyone if slot.starts_at == VISIT} == {(jude,)}
    assert {slot.people for slot in anyone if slot.starts_at != VISIT} == {(sora, jude)}


@pytest.mark.usefixtures("hourly", "diary")
def test_what_is_moved_does_not_stand_in_its_own_way(odile, treatment, booking):
    found = slots.list_slots(
        venue=odile, item=treatment, day=TUESDAY, not_before=NOW, moving=booking
    )

    assert "14:00" in clock(odile, found)


@pytest.mark.usefixtures("hourly", "diary")
def test_a_day_far_away_is_another_part_of_the_week(odile, treatment):
    """Tuesday in New York begins at one in the afternoon in Seoul, and ends there on Wednesday."""
    found = slots.list_slots(
        venue=odile,
        item=treatment,
        day=TUESDAY,
        zone=ZoneInfo("America/New_York"),
        not_before=NOW,
    )

    assert clock(odile, found) == ["13:00", "14:00", "15:00", "16:00", "09:00", "10:00", "11:00"]


@pytest.mark.usefixtures("hourly", "diary")
def test_guests_see_what_they_may_book(odile, treatment):
    now = VISIT.replace(hour=9)

    soon = slots.list_guest_slots(venue=odile, item=treatment, day=TUESDAY, now=now)
    far = slots.list_guest_slots(
        venue=odile, item=treatment, day=TUESDAY + timedelta(days=70), now=now
    )

    assert clock(odile, soon) == ["11:00", "13:00", "14:00", "15:00", "16:00"]
    assert far == ()


@pytest.mark.usefixtures("diary", "jude")
def test_free_times_cost_the_same_number_of_statements_for_all(
    odile, treatment, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        slots.list_slots(venue=odile, item=treatment, day=TUESDAY, not_before=NOW)
