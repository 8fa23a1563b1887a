"""Reminding by the API: accepted once for one key, refused with a code that says why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.kernel import clock
from orders.models import Message
from payments.services import closing
from tests.factories import EVENING

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    return lambda now: monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def addressed(tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email="donal@example.org")
    return tab


def test_a_reminder_is_accepted_and_a_repeat_is_the_same(till, addressed, at):
    at(NOON)

    first, again = (
        till.send("post", f"tabs/{addressed.id}/reminders/", {}, key="remind-1") for _ in range(2)
    )

    mail = Message.objects.get(is_reminder=True)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.json() == {"id": str(mail.id), "to": "donal@example.org", "subject": mail.subject}


def test_not_at_night(till, addressed, at):
    at(NOON.replace(hour=23))

    answer = till.post(f"tabs/{addressed.id}/reminders/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_soon_to_remind")


def test_not_without_an_address(till, closed_tab, at):
    at(NOON)

    answer = till.post(f"tabs/{closed_tab.id}/reminders/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "no_address")


def test_not_while_it_is_open(till, tab, at):
    at(NOON)

    answer = till.post(f"tabs/{tab.id}/reminders/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_owing")


def test_it_takes_nothing(till, addressed, at):
    at(NOON)

    assert till.post(f"tabs/{addressed.id}/reminders/", {"text": "Pay!"}).status_code == 400
