"""When guests are reminded and in which words: for managers, refused where it says, previewed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from config.kernel import clock
from orders.models import Message, TermsVersion
from orders.rules.reminder_rules import CAFE
from payments.models import MailText
from payments.services import closing, reminders
from tests.conftest import EVENING
from tests.staff import browser_of

AT = "/v/larkspur-coffee/reminders/"
WORDS = f"{AT}texts/due/en/"
PLACES = ("", "texts/due/en/", "1/en/")
SCHEDULE = {
    "days_1": "1", "at_1": "11:00", "days_2": "", "at_2": "", "quiet_from": "20:00",
    "quiet_until": "09:00", "rest_days": ["7"], "extension_days": "3",
}  # fmt: skip


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def browser(niamh, scone):
    return browser_of(niamh)


def shown(answer):
    return " ".join(answer.content.decode().split())


def newest(venue):
    return TermsVersion.objects.filter(venue=venue).latest("number")


def test_the_page_shows_the_schedule_and_each_mail_at_its_date(browser):
    page = shown(browser.get(AT))

    assert 'name="days_4" value="14"' in page
    assert 'name="days_5"' in page
    for moment in (
        "Sat 7 Mar, 10:00",
        "Mon 9 Mar, 10:00",
        "Sat 14 Mar, 10:00",
        "Sat 21 Mar, 10:00",
    ):
        assert moment in page
    assert "Today is the day: €3.20 at Larkspur Coffee, due Saturday 7 March" in page
    assert "Hi Dónal," in page


def test_a_change_is_a_new_version_of_the_terms(browser, larkspur):
    before = newest(larkspur)

    answer = browser.post(AT, SCHEDULE)

    assert (answer.status_code, answer["Location"]) == (303, AT)
    after = newest(larkspur)
    rules = after.reminder_rules
    assert after.number == before.number + 1
    assert [(step.days, f"{step.at:%H:%M}") for step in rules.steps] == [(1, "11:00")]
    assert (rules.rest_days, rules.extension_days) == (frozenset({7}), 3)
    assert (after.days_to_pay, after.new_guest_limit_minor) == (
        before.days_to_pay, before.new_guest_limit_minor,
    )  # fmt: skip
    before.refresh_from_db()
    assert before.reminder_rules == CAFE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at_1": "22:00"}, "Reminder 1 would come in quiet hours."),
        ({"days_2": "1", "at_2": "12:00"}, "Each reminder comes at least a day after"),
        ({"at_1": ""}, "At what time?"),
        ({"days_1": "500"}, "less than or equal to 120"),
        ({"rest_days": list("1234567")}, "At least one day of the week must stay."),
        ({"quiet_from": "late"}, "Enter a valid time."),
        ({"extension_days": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(browser, larkspur, change, said):
    answer = browser.post(AT, SCHEDULE | change)

    assert answer.status_code == 422
    assert said in shown(answer)
    assert newest(larkspur).number == 1


def test_words_of_ones_own_are_used_and_given_up(browser, larkspur, ada, tab):
    own = {"subject": "Hello {guest}: {amount}", "body": "Please, by {date}.\n\nThe {venue} team"}
    assert browser.post(WORDS, own).status_code == 303
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email="donal@example.org")

    reminders.sweep(now=datetime(2026, 3, 7, 10, tzinfo=UTC))

    mail = Message.objects.get(is_reminder=True)
    assert mail.subject == "Hello : €3.20"
    assert "Please, by Saturday 7 March.\n\nThe Larkspur Coffee team" in mail.text
    assert "Please, by Saturday 7 March." in mail.html
    assert "Hello Dónal: €3.20" in shown(browser.get(AT))
    assert browser.post(f"{WORDS}reset/").status_code == 303
    assert not MailText.objects.exists()


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("{amout} now", "x", "{amout} at character 1 is not one of"),
        ("Pay", "Now {{amount}}", "There is a brace on its own at character 5."),
        ("Pay", "{amount.__class__}", "is not one of"),
        ("", "x", "This field is required."),
        ("Pay", "   ", "This field is required."),
        ("x" * 121, "x", "at most 120 characters"),
    ],
)
def test_wrong_words_are_refused_where_they_go_wrong(browser, subject, body, said):
    answer = browser.post(WORDS, {"subject": subject, "body": body})

    assert answer.status_code == 422
    assert said in shown(answer)
    assert not MailText.objects.exists()


def test_nothing_that_is_typed_runs_or_escapes(browser, ada, tab):
    own = {
        "subject": "{% now %}"[1:-1].replace("%", "5"),
        "body": "<script>alert(1)</script> {guest}",
    }
    browser.post(WORDS, own)

    page = browser.get(f"{AT}1/en/").content.decode()

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Dónal" in page


def test_the_preview_is_a_mail_in_a_frame_of_ours_only(browser):
    answer = browser.get(f"{AT}1/en/")

    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "[link]" not in answer.content.decode()


@pytest.mark.parametrize("place", ["9/en/", "1/xx/", "texts/loud/en/", "texts/due/xx/"])
def test_what_is_not_there_is_not_found(browser, place):
    assert browser.get(f"{AT}{place}").status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_staff_may_not_and_strangers_see_nothing(ada, mallory, scone, place):
    assert browser_of(ada).get(f"{AT}{place}").status_code == 403
    assert browser_of(mallory).get(f"{AT}{place}").status_code == 404
    assert Client().get(f"{AT}{place}").status_code == 302


@pytest.mark.parametrize("place", ["", "texts/due/en/", "texts/due/en/reset/"])
def test_staff_and_strangers_change_nothing(ada, mallory, larkspur, place):
    assert browser_of(ada).post(f"{AT}{place}", SCHEDULE).status_code == 403
    assert browser_of(mallory).post(f"{AT}{place}", SCHEDULE).status_code == 404
    assert newest(larkspur).number == 1


def test_a_venue_without_a_menu_has_previews_too(niamh):
    assert "€0.00" in shown(browser_of(niamh).get(AT))
