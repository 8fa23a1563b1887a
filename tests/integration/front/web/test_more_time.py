"""More time from the tab's page: offered, agreed, refused beside the field, and too late."""

from __future__ import annotations

import pytest

from config.kernel import clock
from orders.models import Tab
from payments.models import Extension
from payments.services import closing
from tests.conftest import EVENING
from tests.factories import take_cash
from tests.staff import browser_of


@pytest.fixture
def owing(tab, ada, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email="donal@example.org")
    tab.refresh_from_db()
    return tab


@pytest.fixture
def dialog(owing):
    return f"/v/{owing.venue.slug}/tabs/{owing.id}/extension/"


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_the_tab_leads_to_it(ada, owing, dialog):
    assert f'href="{dialog}"' in shown(browser_of(ada).get(dialog.replace("extension/", "")))


def test_the_days_on_offer_follow_the_role(ada, niamh, dialog):
    by_staff, by_manager = (shown(browser_of(who).get(dialog)) for who in (ada, niamh))

    assert 'max="2026-03-14"' in by_staff
    assert 'max="2026-09-02"' in by_manager


def test_a_day_is_agreed_once(ada, owing, dialog):
    browser = browser_of(ada)
    answers = [browser.post(dialog, {"until": "2026-03-11", "reason": ""}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Extension.objects.count() == 1
    page = shown(browser.get(dialog.replace("extension/", "")))
    assert "To be paid by Wed 11 Mar" in page
    assert "gave time until 2026-03-11" in page


@pytest.mark.parametrize("typed", ["", "soon", "2026-03-15", "2026-02-30"])
def test_a_wrong_day_is_said_at_the_field(ada, dialog, typed):
    answer = browser_of(ada).post(dialog, {"until": typed, "reason": "They asked"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in shown(answer)
    assert "They asked" in shown(answer)
    assert not Extension.objects.exists()


def test_a_tab_that_was_paid_meanwhile_shows_itself(ada, owing, dialog):
    take_cash(owing, by=ada, minor=owing.total_minor)

    answer = browser_of(ada).post(dialog, {"until": "2026-03-11"})

    assert answer.status_code == 409
    assert "This tab is not waiting for a payment." in shown(answer)
    assert Tab.objects.get(id=owing.id).is_settled
