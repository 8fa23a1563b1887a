"""The reminders on a tab's page: shown, sent, skipped, stopped; and told when that is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from config.kernel import clock
from orders.services import messages
from payments.models import Reminder
from payments.services import closing, reminders
from tests.conftest import EVENING
from tests.factories import take_cash
from tests.staff import browser_of

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.fixture
def owing(tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email="donal@example.org")
    messages.send_due(now=EVENING)
    tab.refresh_from_db()
    return tab


@pytest.fixture
def at(monkeypatch):
    def set_to(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    set_to(NOON)
    return set_to


@pytest.fixture
def press(ada, owing, at):
    browser, address = browser_of(ada), f"/v/{owing.venue.slug}/tabs/{owing.id}/"
    return lambda what="": (
        browser.post(f"{address}reminders/{what}") if what != "show" else browser.get(address)
    )


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_the_page_says_what_comes_next(press):
    page = shown(press("show"))

    assert '<b>Pay-by day</b><br><span class="muted">' in page
    assert "Sat 7 Mar, 10:00" in page
    assert page.count(">Skip<") == 4
    assert "Remind now" in page


def test_a_settled_tab_promises_none(press, owing):
    take_cash(owing, by=owing.opened_by, minor=owing.total_minor)

    page = shown(press("show"))

    assert "not needed: paid" in page
    assert "if still unpaid" not in page


def test_one_goes_now(press, owing):
    assert press().status_code == 303

    assert "A reminder to donal@example.org is on its way" in shown(press("show"))
    reminders.sweep(now=NOON)
    messages.send_due(now=NOON)
    reminders.sweep(now=NOON)
    page = shown(press("show"))
    assert "Sat 7 Mar, 12:00</time>, sent" in page
    assert page.count(">Skip<") == 3


def test_at_night_the_page_says_why_not(press, at):
    at(datetime(2026, 3, 7, 23, tzinfo=UTC))

    answer = press()

    assert answer.status_code == 409
    assert "it is night there" in shown(answer)


def test_one_is_skipped(press, owing):
    row = Reminder.objects.get(tab=owing, step=2)

    assert press(f"{row.id}/skip/").status_code == 303

    assert press("show").content.decode().count(">Skip<") == 3


def test_one_that_is_not_there_is_not_found(press):
    assert press(f"{uuid4()}/skip/").status_code == 404


def test_reminders_are_stopped_and_allowed(press):
    press("stop/")
    page = shown(press("show"))
    assert "Reminders to this guest are stopped." in page
    assert "Remind now" not in page

    press("allow/")

    assert "Remind now" in shown(press("show"))


def test_a_paid_tab_offers_nothing(press, owing, ada, at):
    at(EVENING + timedelta(days=9))
    Reminder.objects.filter(tab=owing).update(state="skipped", reason="settled")

    page = shown(press("show"))

    assert "not needed: paid" in page
    assert ">Skip<" not in page
