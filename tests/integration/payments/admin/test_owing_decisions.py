"""What managers do with owing tabs: rehearsed first, done with a reason, and told per row."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.urls import reverse

from config.kernel import clock
from orders.models import GuestLink, Message, Tab, TabEvent
from payments.models import Extension, Reminder
from payments.services import closing, reviewing
from tests.factories import EVENING, make_tab
from tests.integration.payments.admin.conftest import reviewer

pytestmark = pytest.mark.django_db
OWING = reverse("admin:payments_owingtab_changelist")
# Noon of the day after, when nobody sleeps and the link is old enough.
NOON = EVENING + timedelta(hours=16, minutes=30)


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def tab(closed_tab):
    """Donal owes €21.80."""
    return closed_tab


@pytest.fixture
def press(niamh):
    browser = reviewer(niamh)

    def make(action, *tabs, press="confirmed", **typed):
        data = {"action": action, "_selected_action": [each.pk for each in tabs]} | typed
        return browser.post(OWING, data | ({press: "1"} if press else {}), follow=True)

    return make


@pytest.fixture
def another(larkspur, ada, scone):
    other = make_tab(larkspur, ada, scone, guest_name="Maeve")
    return closing.close_and_request(tab_id=other.id, by=ada, now=EVENING).tab


def said(answer):
    return sorted(str(message) for message in answer.context["messages"])


def world():
    kinds = (Message, TabEvent, GuestLink, Extension)
    return [model.objects.count() for model in kinds] + list(
        Reminder.objects.order_by("id").values_list("state", "due_at")
    )


@pytest.mark.parametrize(
    ("action", "typed", "effect"),
    [
        ("remind_now", {}, "a reminder to donal@example.org"),
        ("resend_link", {}, "mail to donal@example.org"),
        ("extend", {"until": "2026-03-20", "reason": "Ill"}, "to be paid by Fri 20 Mar"),
        ("extend", {"until": "2026-03-01", "reason": "Ill"}, "nothing: Please choose a day"),
        ("change_email", {"email": "new@example.org", "reason": "Typo"}, "a new link to new@"),
    ],
)
def test_a_rehearsal_says_what_would_happen_and_does_nothing(press, tab, action, typed, effect):
    before = world()

    shown = press(action, tab, press="rehearsed" if typed else "", **typed).content.decode()

    assert effect in shown
    assert world() == before
    assert "Do it" in shown


def test_what_has_to_be_typed_first_is_asked_for(press, tab):
    shown = press("extend", tab, press="").content.decode()

    assert "Fill in the form below first." in shown
    assert "Show what happens" in shown
    assert "Do it" not in shown


@pytest.mark.parametrize(
    ("action", "typed", "done"),
    [
        ("remind_now", {}, "Table 4: a reminder to donal@example.org"),
        ("resend_link", {}, "Table 4: mail to donal@example.org"),
        ("extend", {"until": "2026-03-20"}, "Table 4: to be paid by Fri 20 Mar"),
        (
            "change_email",
            {"email": "new@example.org"},
            "Table 4: a new link to new@example.org; the old one stops working",
        ),
    ],
)
def test_what_is_confirmed_is_done_and_kept_with_its_reason(press, tab, niamh, action, typed, done):
    answer = press(action, tab, reason="They rang", **typed)

    assert said(answer) == [done]
    kept = TabEvent.objects.get(tab=tab, kind="reviewed")
    assert (kept.by, kept.data) == (niamh, {"what": action, "reason": "They rang"})


def test_without_a_reason_nothing_is_done(press, tab):
    before = world()

    answer = press("resend_link", tab, reason=" ")

    assert answer.status_code == 422
    assert world() == before


def test_a_refusal_is_told_and_leaves_no_trace(press, tab, another):
    answer = press("resend_link", tab, another, reason="They rang")

    assert said(answer) == [
        "Maeve: There is no email address on this tab yet.",
        "Table 4: mail to donal@example.org",
    ]
    assert not TabEvent.objects.filter(tab=another, kind="reviewed").exists()


def test_an_address_is_changed_on_one_tab_at_a_time(press, tab, another):
    answer = press("change_email", tab, another, email="new@example.org", reason="Typo")

    assert said(answer) == ["Choose 1 at most at a time."]


@pytest.mark.parametrize("action", ["remind_now", "extend", "resend_link", "change_email"])
def test_tabs_of_another_venue_are_out_of_reach(mallory, niamh, tab, action):
    before = world()
    data = {"action": action, "_selected_action": [tab.pk], "confirmed": "1", "reason": "x"}

    answer = reviewer(mallory).post(
        OWING, data | {"until": "2026-03-20", "email": "a@example.org"}, follow=True
    )

    assert answer.status_code == 200

    assert world() == before


def test_the_export_is_a_table_no_spreadsheet_runs(press, tab):
    Tab.objects.filter(pk=tab.pk).update(guest_name="=cmd()")

    answer = press("export_csv", tab, press="")

    head, row = csv.reader(answer.content.decode().splitlines())
    cells = dict(zip(head, row, strict=True))
    assert cells["guest"] == "'=cmd()"
    assert (cells["left"], cells["asked"], cells["currency"]) == ("21.80", "21.80", "EUR")
    assert (cells["email"], cells["reminders"], cells["disputed"]) == (
        "donal@example.org", "0", "no",
    )  # fmt: skip


def test_after_the_last_reminder_a_tab_waits_for_a_manager(niamh, tab, monkeypatch):
    def found(which):
        rows = reviewer(niamh).get(OWING, {"reminders": which}).context["cl"].result_list
        return tab.pk in [row.pk for row in rows]

    assert (found("over"), found("coming")) == (False, True)
    Reminder.objects.filter(tab=tab).update(state="sent")
    assert (found("over"), found("coming")) == (False, False)  # Not before its day.

    monkeypatch.setattr(clock, "now", lambda: tab.due_at + timedelta(days=15))

    assert (found("over"), found("coming")) == (True, False)
    shown = reviewer(niamh).get(OWING, {"reminders": "over"}).content.decode()
    assert f'class="field-reminders">{Reminder.objects.filter(tab=tab).count()}<' in shown


def test_a_rehearsal_leaves_nothing_even_of_a_write(tab):
    def work():
        Tab.objects.filter(pk=tab.pk).update(label="Moved")
        return "moved"

    assert reviewing.rehearse(work) == "moved"
    assert Tab.objects.get(pk=tab.pk).label == tab.label
