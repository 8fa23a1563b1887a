"""The guest says where they are; reminders then wait for their day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orders.models import Customer, Message
from payments.models import Reminder
from payments.services import reminders

# When the first reminder is due in Dublin it is night in Los Angeles.
DUE = datetime(2026, 3, 7, 10, tzinfo=UTC)


def zone_of(tab):
    return Customer.objects.get(id=tab.customer_id).time_zone


def test_the_choice_is_offered_without_scripts(client, page):
    shown = client.get(f"{page}later/").content.decode()

    assert f'action="{page}time-zone/"' in shown
    assert '<option value="America/Los_Angeles">' in shown


def test_what_is_chosen_is_kept_and_reminders_wait_for_day(client, page, closed_tab):
    answer = client.post(f"{page}time-zone/", {"time_zone": "America/Los_Angeles"})

    assert (answer.status_code, answer["Location"]) == (303, f"{page}later/")
    assert zone_of(closed_tab) == "America/Los_Angeles"
    assert 'America/Los_Angeles" selected' in client.get(f"{page}later/").content.decode()
    assert reminders.sweep(now=DUE) == 0
    assert not Message.objects.filter(is_reminder=True).exists()
    assert Reminder.objects.get(tab=closed_tab, step=1).due_at > DUE


def test_nothing_chosen_is_where_the_venue_is(client, page, closed_tab):
    client.post(f"{page}time-zone/", {"time_zone": "America/Los_Angeles"})

    client.post(f"{page}time-zone/", {"time_zone": ""})

    assert zone_of(closed_tab) == ""
    assert reminders.sweep(now=DUE) == 1


@pytest.mark.parametrize("typed", ["Mars/Olympus", "\x00", "x" * 500])
def test_a_zone_nobody_knows_is_said_at_the_field(client, page, closed_tab, typed):
    answer = client.post(f"{page}time-zone/", {"time_zone": typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert zone_of(closed_tab) == ""


def test_a_link_that_opens_nothing_changes_nothing(client, closed_tab):
    assert client.post("/p/nothing/time-zone/", {"time_zone": "Asia/Seoul"}).status_code == 404


def test_it_is_not_changed_by_looking(client, page):
    assert client.get(f"{page}time-zone/").status_code == 405
