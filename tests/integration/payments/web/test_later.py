"""Not now: a later day once, cash, no more reminders; all by the secret in the address alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from orders.models import MailStop, Message, TabEvent
from orders.rules.mail_stops import StopReason
from orders.rules.roles import Role
from orders.services import mail_stops
from payments.models import Extension, PaymentRequest, Reminder
from payments.services import reminders, reopening
from tests.conftest import EVENING

SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 11, 23, 59, tzinfo=UTC)
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def void(closed_tab, niamh):
    return lambda: reopening.void_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Wrong", now=EVENING
    )


def dates(tab):
    return {
        row.step: row.due_at
        for row in Reminder.objects.filter(tab=tab, state="due").order_by("step")
    }


def kinds(tab):
    told = TabEvent.objects.filter(tab=tab, actor="guest").exclude(kind="link_opened")
    return list(told.values_list("kind", flat=True))


def test_the_pay_page_leads_to_the_choices(client, page):
    assert f'href="{page}later/"' in client.get(page).content.decode()


def test_the_page_offers_the_days_within_the_venues_bounds(client, page):
    answer = client.get(f"{page}later/")

    assert answer.status_code == 200
    shown = answer.content.decode()
    assert 'min="2026-03-08"' in shown
    assert 'max="2026-03-14"' in shown
    assert "I’ll pay cash" in shown
    assert "mailto:hello@larkspur.example" in shown


def test_a_day_is_agreed_once_and_everything_follows_it(client, page, closed_tab):
    answer = client.post(f"{page}extension/", {"until": "2026-03-11"})

    assert (answer.status_code, answer["Location"]) == (303, f"{page}later/")
    closed_tab.refresh_from_db()
    assert closed_tab.due_at == WEDNESDAY
    assert PaymentRequest.objects.get(tab=closed_tab).due_at == WEDNESDAY
    assert dates(closed_tab)[1] == datetime(2026, 3, 11, 10, tzinfo=UTC)
    assert dates(closed_tab)[4] == datetime(2026, 3, 25, 10, tzinfo=UTC)
    mail = Message.objects.get(tab=closed_tab, kind="extension_agreed")
    assert mail.subject == "Agreed: €21.80 at Larkspur Coffee, now by Wednesday 11 March"
    assert kinds(closed_tab) == ["put_off"]
    assert "you have until Wednesday 11 March" in client.get(f"{page}later/").content.decode()


def test_pressing_twice_is_agreeing_once(client, page, closed_tab):
    for _press in range(2):
        assert client.post(f"{page}extension/", {"until": "2026-03-11"}).status_code == 303

    assert Extension.objects.count() == 1
    assert Message.objects.filter(kind="extension_agreed").count() == 1


def test_another_day_after_that_is_refused(client, page):
    client.post(f"{page}extension/", {"until": "2026-03-11"})

    answer = client.post(f"{page}extension/", {"until": "2026-03-12"})

    assert answer.status_code == 409
    assert "Agreed: you have until Wednesday 11 March" in answer.content.decode()
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("until", ["2026-03-07", "2026-03-15", "2025-03-11", "", "soon"])
def test_a_day_that_is_none_is_told_beside_the_field(client, page, closed_tab, until):
    answer = client.post(f"{page}extension/", {"until": until})

    assert answer.status_code == 422
    assert not Extension.objects.exists()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_mail_that_waits_is_taken_back_when_the_day_moves(client, page, closed_tab, evening):
    evening[0] = SATURDAY
    reminders.sweep(now=SATURDAY)
    client.post(f"{page}extension/", {"until": "2026-03-11"})

    reminders.sweep(now=SATURDAY)

    assert Reminder.objects.get(tab=closed_tab, step=1).due_at == datetime(
        2026, 3, 11, 10, tzinfo=UTC
    )


def test_cash_lets_one_reminder_pass_however_often_it_is_said(client, page, closed_tab):
    for _press in range(2):
        assert client.post(f"{page}cash/").status_code == 303

    assert sorted(dates(closed_tab)) == [2, 3, 4]
    assert Reminder.objects.get(tab=closed_tab, step=1).reason == "paying_cash"
    assert kinds(closed_tab) == ["cash_promised"]
    assert "you’ll pay at the counter" in client.get(f"{page}later/").content.decode()


def test_a_mail_program_stops_reminders_without_login_cookie_or_token(page, closed_tab):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(
        f"{page}stop/", ONE_CLICK, content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    assert MailStop.objects.get().email == "donal@example.org"
    assert kinds(closed_tab) == ["reminders_stopped"]


def test_looking_at_the_page_stops_nothing(client, page):
    for ask in (client.get, client.head):
        assert ask(f"{page}stop/").status_code == 200

    assert not MailStop.objects.exists()


def test_a_person_stops_and_resumes(client, page, closed_tab):
    for _press in range(2):
        assert client.post(f"{page}stop/")["Location"] == f"{page}stop/"
    assert "No more reminders" in client.get(f"{page}stop/").content.decode()

    for _press in range(2):
        assert client.post(f"{page}resumption/")["Location"] == f"{page}stop/"

    assert "Stop reminders?" in client.get(f"{page}stop/").content.decode()
    assert kinds(closed_tab) == ["reminders_stopped", "reminders_resumed"]


def test_a_guest_does_not_lift_what_the_mail_server_said(client, page, closed_tab):
    mail_stops.stop(
        venue=closed_tab.venue, email="donal@example.org", reason=StopReason.BOUNCED, now=EVENING
    )

    client.post(f"{page}resumption/")

    assert MailStop.objects.live().exists()


def test_without_an_address_there_is_nothing_to_stop(client, page, closed_tab):
    closed_tab.customer.email = ""
    closed_tab.customer.save(update_fields=["email"])

    client.post(f"{page}stop/")
    client.post(f"{page}resumption/")

    assert "No reminders come" in client.get(f"{page}stop/").content.decode()
    assert not MailStop.objects.exists()


@pytest.mark.parametrize("what", ["extension/", "cash/"])
def test_a_tab_that_owes_nothing_takes_no_promises(client, page, void, what):
    void()

    answer = client.post(f"{page}{what}", {"until": "2026-03-11"})

    assert answer.status_code == 303
    assert answer["Location"] == page
    assert client.get(f"{page}later/")["Location"] == page
    assert not Extension.objects.exists()


@pytest.mark.parametrize("what", ["later/", "stop/"])
def test_a_link_that_opens_nothing_opens_nothing_here(client, db, what):
    assert client.get(f"/p/nothing-opens-with-this/{what}").status_code == 404


@pytest.mark.parametrize("what", ["extension/", "cash/", "stop/", "resumption/"])
def test_a_link_that_opens_nothing_changes_nothing(client, db, what):
    assert client.post(f"/p/nothing-opens-with-this/{what}").status_code == 404


@pytest.mark.parametrize("what", ["extension/", "cash/", "resumption/"])
def test_forms_of_ours_are_guarded_against_other_sites(page, what):
    assert Client(enforce_csrf_checks=True).post(f"{page}{what}").status_code == 403


def test_when_all_the_time_has_passed_none_is_offered(client, page, evening):
    evening[0] = EVENING + timedelta(days=12)

    assert "There is no later day to choose here" in client.get(f"{page}later/").content.decode()
